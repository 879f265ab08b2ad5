import { userErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { UserCall, UserContext } from '../context.ts';
import { isWeakPassword } from '../password/password-policy.ts';
import { publishCreated } from './account-events.ts';
import { insertAccount, listOperators, lockOperators } from './account-store.ts';

/**
 * Somebody who took the operator's address before must not become the operator, so an account that exists is refused and
 * not promoted.
 */
export const ensureOperator = async (context: UserContext, { body, signal }: UserCall<'ensureOperator'>) => {
  const { email, name, password } = body;
  const [operator] = await listOperators(context.db);
  if (operator) return { created: false, email: operator.email };
  if (isWeakPassword(password, { email, name })) throw fail(userErrors.passwordWeak);
  const passwordHash = await context.hashing.hash(password, signal);
  return await context.transaction(async (db, sql) => {
    await lockOperators(db);
    const [first] = await listOperators(db);
    if (first) return { created: false, email: first.email };
    // whoever starts the house owns its machine: there is no mail to wait for
    const facts = { email, name, passwordHash, emailVerified: true, roles: ['operator', 'author'] as const };
    const created = await insertAccount(db, facts, context.clock.now());
    if (!created) throw fail(userErrors.emailTaken);
    await publishCreated(context, sql, created);
    return { created: true, email: created.email };
  });
};
