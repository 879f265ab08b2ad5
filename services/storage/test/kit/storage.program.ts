// The service in a process of its own, for tests that kill it or weigh it: settings in the environment, USER_URL and
// CONTENT_URL beside them. Prints its address when it can answer.
import { readFileSync } from 'node:fs';
import { storage } from '../../src/index.ts';

const urls: Readonly<Record<string, string | undefined>> = {
  user: process.env['USER_URL'],
  content: process.env['CONTENT_URL'],
};
const running = await storage.start({
  source: { variables: process.env, readFile: (path) => readFileSync(path, 'utf8') },
  directory: { urlOf: (name) => urls[name] ?? 'http://127.0.0.1:9' },
});
process.stdout.write(`listening ${running.url}\n`);
