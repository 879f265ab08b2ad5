// The service jobs with the tasks of tests, in a process of its own that tests kill.
import { processSource } from '@authorworks/platform';
import { TEST_SERVICE_KEY } from '@authorworks/platform/testing';
import { jobs } from '../../src/index.ts';
import { openProcessRunner } from '../../src/runner/process/process-runner.ts';
import { PROGRAM, tableOf } from './table.ts';

const source = processSource();
const runner = await openProcessRunner({
  directory: source.variables['TEST_RUNS_DIRECTORY'] ?? '',
  program: PROGRAM,
  serviceKey: TEST_SERVICE_KEY,
  services: { urlOf: () => 'http://127.0.0.1:2' },
  log: { warn: () => undefined },
});
const running = await jobs.start({
  source: { ...source, variables: { ...source.variables, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'silent' } },
  directory: { urlOf: () => source.variables['TEST_USER_URL'] ?? '' },
  overrides: { tasks: tableOf(), runner },
});
process.stdout.write(`ready at ${running.url}\n`);
