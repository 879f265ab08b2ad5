import { defineErrors } from '../kit/error.ts';

export const userErrors = defineErrors({
  emailTaken: {
    code: 'USER_EMAIL_TAKEN',
    status: 409,
    message: 'There is an account with this e-mail address already. Sign in instead, or reset the password.',
  },
  signUpClosed: {
    code: 'USER_SIGN_UP_CLOSED',
    status: 403,
    message: 'This house takes no new accounts by itself. Ask its operator.',
  },
  passwordWeak: {
    code: 'USER_PASSWORD_WEAK',
    status: 400,
    message:
      'This password is too easy to guess. Use at least 8 characters that are not a common password or your e-mail address.',
  },
  credentialsWrong: {
    code: 'USER_CREDENTIALS_WRONG',
    status: 401,
    message: 'E-mail address and password do not match.',
  },
  emailUnverified: {
    code: 'USER_EMAIL_UNVERIFIED',
    status: 403,
    message: 'Please confirm your e-mail address first; we have sent you the link again.',
  },
  accountSuspended: {
    code: 'USER_ACCOUNT_SUSPENDED',
    status: 403,
    message: 'This account is suspended. Ask the operator.',
  },
  tooManyGuesses: {
    code: 'USER_TOO_MANY_GUESSES',
    status: 429,
    message: 'Too many wrong attempts. Please wait before the next one.',
  },
  refreshInvalid: {
    code: 'USER_REFRESH_INVALID',
    status: 401,
    message: 'Your session has ended. Please sign in again.',
  },
  refreshReused: {
    code: 'USER_REFRESH_REUSED',
    status: 401,
    message: 'This session was ended because its refresh token was used twice. Please sign in again.',
  },
  tokenExpired: {
    code: 'USER_LINK_EXPIRED',
    status: 400,
    message: 'This link is not valid (any more). Ask for a new one.',
  },
  sessionNotFound: { code: 'USER_SESSION_NOT_FOUND', status: 404, message: 'There is no such session.' },
  apiTokenNotFound: { code: 'USER_API_TOKEN_NOT_FOUND', status: 404, message: 'There is no such token.' },
  apiTokenInvalid: { code: 'USER_API_TOKEN_INVALID', status: 401, message: 'This API token is not valid (any more).' },
  penNameNotFound: { code: 'USER_PEN_NAME_NOT_FOUND', status: 404, message: 'There is no such pen name.' },
  penNameTaken: { code: 'USER_PEN_NAME_TAKEN', status: 409, message: 'You have a pen name like this already.' },
  accountNotFound: { code: 'USER_ACCOUNT_NOT_FOUND', status: 404, message: 'There is no such account.' },
  lastOperator: { code: 'USER_LAST_OPERATOR', status: 409, message: 'The house needs at least one operator.' },
  providerNotConfigured: {
    code: 'USER_PROVIDER_NOT_CONFIGURED',
    status: 404,
    message: 'Sign-in with a provider is not set up here.',
  },
  providerFailed: {
    code: 'USER_PROVIDER_FAILED',
    status: 502,
    message: 'The sign-in provider did not answer as expected. Please try again.',
  },
  providerRefused: {
    code: 'USER_PROVIDER_REFUSED',
    status: 400,
    message: 'The sign-in at the provider was not completed. Please start again.',
  },
  proxyNotTrusted: {
    code: 'USER_PROXY_NOT_TRUSTED',
    status: 401,
    message: 'Sign-in by proxy is only taken from a configured proxy.',
  },
  outboxOff: { code: 'USER_OUTBOX_OFF', status: 404, message: 'Mail is really sent here; there is no outbox.' },
});
