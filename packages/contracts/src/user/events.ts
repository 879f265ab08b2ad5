import { z } from 'zod';
import { AccountId, SessionId } from '../ids.ts';
import { defineEvent } from '../kit/event.ts';
import { Email } from './schemas.ts';

export const userEvents = {
  accountCreated: defineEvent({
    type: 'user.account.created',
    version: 1,
    summary: 'Somebody signed up.',
    data: z.object({ accountId: AccountId, email: Email, emailVerified: z.boolean(), name: z.string() }),
  }),
  accountUpdated: defineEvent({
    type: 'user.account.updated',
    version: 1,
    summary: 'Name, e-mail address or its verification changed.',
    data: z.object({ accountId: AccountId, email: Email, emailVerified: z.boolean(), name: z.string() }),
  }),
  sessionRevoked: defineEvent({
    type: 'user.session.revoked',
    version: 1,
    summary: 'A session ended before its time; its access tokens must not be taken any more.',
    data: z.object({
      accountId: AccountId,
      sessionId: SessionId,
      reason: z.enum(['signed-out', 'ended', 'password-changed', 'refresh-reused', 'suspended', 'token-deleted']),
    }),
  }),
};
