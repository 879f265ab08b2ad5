import { userApi } from '@authorworks/contracts';
import { defineRoutes } from '@authorworks/platform';
import { readKeys } from './access-token/read-keys.ts';
import { changePassword } from './account/change-password.ts';
import { createAccount } from './account/create-account.ts';
import { ensureOperator } from './account/ensure-operator.ts';
import { findAccounts } from './account/find-accounts.ts';
import { listAccounts } from './account/list-accounts.ts';
import { readAccount } from './account/read-account.ts';
import { updateAccount } from './account/update-account.ts';
import { updateAccountByOperator } from './account/update-account-by-operator.ts';
import { createApiToken } from './api-token/create-api-token.ts';
import { deleteApiToken } from './api-token/delete-api-token.ts';
import { exchangeApiToken } from './api-token/exchange-api-token.ts';
import { listApiTokens } from './api-token/list-api-tokens.ts';
import type { UserContext } from './context.ts';
import { confirmEmail } from './email-verification/confirm-email.ts';
import { requestEmailVerification } from './email-verification/request-email-verification.ts';
import { listOutboxMails } from './mail/list-outbox-mails.ts';
import { confirmPasswordReset } from './password-reset/confirm-password-reset.ts';
import { requestPasswordReset } from './password-reset/request-password-reset.ts';
import { createPenName } from './pen-name/create-pen-name.ts';
import { deletePenName } from './pen-name/delete-pen-name.ts';
import { listPenNames } from './pen-name/list-pen-names.ts';
import { updatePenName } from './pen-name/update-pen-name.ts';
import { finishProviderSignIn } from './provider/finish-provider-sign-in.ts';
import { readSignInMethods } from './provider/read-sign-in-methods.ts';
import { startProviderSignIn } from './provider/start-provider-sign-in.ts';
import { createProxySession } from './session/create-proxy-session.ts';
import { createSession } from './session/create-session.ts';
import { endCurrentSession } from './session/end-current-session.ts';
import { endOtherSessions } from './session/end-other-sessions.ts';
import { endSession } from './session/end-session.ts';
import { listSessions } from './session/list-sessions.ts';
import { refreshSession } from './session/refresh-session.ts';
import { operatorOnly, signedIn } from './session/signed-in.ts';

export const routes = defineRoutes<UserContext>()(userApi, {
  createAccount,
  readAccount: signedIn(readAccount),
  updateAccount: signedIn(updateAccount),
  changePassword: signedIn(changePassword),

  createSession,
  refreshSession,
  createProxySession,
  listSessions: signedIn(listSessions),
  endCurrentSession: signedIn(endCurrentSession),
  endSession: signedIn(endSession),
  endOtherSessions: signedIn(endOtherSessions),

  requestEmailVerification: signedIn(requestEmailVerification),
  confirmEmail,
  requestPasswordReset,
  confirmPasswordReset,

  listApiTokens: signedIn(listApiTokens),
  createApiToken: signedIn(createApiToken),
  deleteApiToken: signedIn(deleteApiToken),

  listPenNames: signedIn(listPenNames),
  createPenName: signedIn(createPenName),
  updatePenName: signedIn(updatePenName),
  deletePenName: signedIn(deletePenName),

  readSignInMethods,
  startProviderSignIn,
  finishProviderSignIn,
  readKeys,

  listAccounts: operatorOnly(listAccounts),
  updateAccountByOperator: operatorOnly(updateAccountByOperator),
  listOutboxMails,

  exchangeApiToken,
  findAccounts,
  ensureOperator,
});
