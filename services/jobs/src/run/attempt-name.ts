/** The name of an attempt in the cluster and on the disk: made of its row, so that a second start is the first. */
export const attemptName = ({ runId, number }: { readonly runId: string; readonly number: number }): string =>
  `task-${runId.replaceAll('-', '')}-${number}`;
