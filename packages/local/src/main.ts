import { findRedis, ServerError } from '@authorworks/servers';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type House, openHouse, prepareFolder } from './house.ts';
import { lockFolder } from './lock.ts';
import { createProgress } from './progress.ts';

const HELP = `Starts AuthorWorks on this machine.

  scripts/start [--port 8080] [--host 127.0.0.1] [--data ./data] [--log-level info]

  --port       where the house answers (default 8080)
  --host       address to listen on; 0.0.0.0 opens the house to the network (default 127.0.0.1)
  --data       folder for everything that has to survive (default ./data)
  --log-level  trace | debug | info | warn | error; the log is DATA/logs/house.log
`;

/** @throws ServerError naming an option that there is not. */
const parse: typeof parseArgs = (config) => {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new ServerError(`${(error as Error).message.split('. ')[0]}. See scripts/start --help.`);
  }
};

const readOptions = () => {
  const { values } = parse({
    options: {
      port: { type: 'string', default: process.env['PORT'] ?? '8080' },
      host: { type: 'string', default: '127.0.0.1' },
      data: { type: 'string', default: './data' },
      'log-level': { type: 'string', default: 'info' },
      help: { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new ServerError(`--port must be a number from 1 to 65535, not "${values.port}".`);
  return { ...values, port };
};

/** Ctrl-C once ends in order; twice ends at once, which is safe as well. */
const untilSignal = async (): Promise<void> =>
  await new Promise((resolvePromise) => {
    const stop = (): void => {
      process.once('SIGINT', () => process.exit(130));
      resolvePromise();
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    process.once('SIGHUP', stop);
  });

const welcome = (house: House, dataDirectory: string, milliseconds: number): string => `
  The house is open:  ${house.url}   (${(milliseconds / 1000).toFixed(1)} s)

  First sign-in:      ${house.operator.email}
  Password:           ${house.operator.password}   (unless you have changed it)
  Mail goes to:       ${house.url}/outbox
  API:                ${house.url}/api/docs
  Data:               ${dataDirectory}

  Ctrl-C closes it.
`;

const main = async (): Promise<void> => {
  const options = readOptions();
  if (options.help) {
    process.stdout.write(HELP);
    return;
  }
  const dataDirectory = resolve(options.data);
  const redisBinary = findRedis(process.env['PATH'] ?? '');
  if (!redisBinary)
    throw new ServerError(
      'There is no redis-server or valkey-server on the PATH. Install one: apt-get install redis-server, or brew install redis.',
    );
  await prepareFolder(dataDirectory);
  // listened for from the beginning: a house that is told to stop while it opens closes as soon as it is open
  const signal = untilSignal();
  const unlock = await lockFolder(dataDirectory, `http://localhost:${options.port}`);
  const progress = createProgress(process.stdout);
  // from here on a lost rejection must not end the house: it is logged, and everything acknowledged is in PostgreSQL
  process.on('unhandledRejection', (reason) => progress.note(`Something was not handled: ${String(reason)}`));
  try {
    const house = await openHouse({
      dataDirectory,
      host: options.host,
      port: options.port,
      redisBinary,
      logLevel: options['log-level'],
      onProgress: progress.step,
    });
    progress.done(welcome(house, dataDirectory, process.uptime() * 1000));
    await signal;
    progress.note('Closing …');
    await house.close();
    progress.note('Closed.');
  } finally {
    unlock();
  }
};

try {
  await main();
  process.exit(0);
} catch (error) {
  process.stderr.write(
    error instanceof ServerError ? `${error.message}\n` : `AuthorWorks could not start: ${(error as Error).stack}\n`,
  );
  process.exit(1);
}
