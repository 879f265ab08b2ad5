export const en = {
  close: 'Close',
  undo: 'Undo',
  cancel: 'Cancel',
  tryAgain: 'Try again',
  notifications: 'Notices',
  loading: 'Loading…',
  somethingWrong: 'Something went wrong',
  unreachableTitle: 'The house does not answer',
  unreachable: 'Check your connection. Nothing you wrote is lost; this page comes back by itself.',
  offlineTitle: 'You are offline',
  offline: 'This page needs a connection. It is tried again as soon as there is one.',
  tooSlow: 'The house took too long to answer. Please try again.',
  serverProblem: 'Something went wrong on our side. Please try again.',
  tooManyRequests: 'That was a little too fast. Please wait a moment and try again.',
  requestId: (id: string) => `If it stays like this, tell the operator: ${id}`,
};
export type UiWords = typeof en;
