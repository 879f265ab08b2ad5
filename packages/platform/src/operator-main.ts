// Makes the first operator of a house that has none, and prints a password for the first sign-in. In a pod of the user service:
//   kubectl --namespace authorworks exec deployment/user-blue -- node packages/platform/src/operator-main.ts me@books.example
// Exits with 0 when the operator was made, 1 when there is one or the service does not answer, 78 when settings are wrong.
import { randomBytes } from 'node:crypto';
import { createClient, userApi } from '@authorworks/contracts';
import { ConfigError, readConfig } from './config.ts';
import { createIdentity } from './identity.ts';
import { processSource } from './process-source.ts';
import { baseSettings } from './settings.ts';

const main = async (email: string): Promise<void> => {
  if (!email.includes('@')) throw new Error('usage: node packages/platform/src/operator-main.ts E-MAIL-ADDRESS');
  const { port, serviceKey } = readConfig('user', baseSettings, processSource());
  const identity = createIdentity('gateway', serviceKey);
  const user = createClient(userApi, {
    baseUrl: `http://127.0.0.1:${port}`,
    headers: async () => ({ authorization: `Bearer ${await identity.tokenFor('user')}` }),
  });
  const password = randomBytes(12).toString('base64url');
  const operator = await user.ensureOperator({ body: { email, password, name: 'Operator' } });
  if (!operator.created) throw new Error(`There is an operator already: ${operator.email}`);
  process.stdout.write(`${JSON.stringify({ email: operator.email, password })}\n`);
};

try {
  await main(process.argv[2] ?? '');
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = error instanceof ConfigError ? 78 : 1;
}
