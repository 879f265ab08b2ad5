import { enableCompileCache } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { collectDefaultMetrics } from 'prom-client';
import { ConfigError, readConfig } from './config.ts';
import { clusterDirectory } from './directory.ts';
import { processSource } from './process-source.ts';
import type { RunningService, Service } from './service.ts';
import { directorySettings, telemetrySettings } from './settings.ts';
import { startTelemetry } from './telemetry.ts';

/** In a pod, after SIGTERM traffic still arrives until every proxy has heard of it. */
const PROXIES_LEARN_MS = 3_000;

/** Who is asked to end while it starts finishes that within this time and then ends as always; one that hangs ends without. */
const START_ENDS_MS = 10_000;

const untilAsked = async (): Promise<NodeJS.Signals> =>
  await new Promise((resolve) => {
    const asked = (signal: NodeJS.Signals): void => {
      resolve(signal);
      process.off('SIGTERM', asked);
      process.off('SIGINT', asked);
      // who asks twice does not want to wait
      process.once('SIGINT', () => process.exit(130));
    };
    process.on('SIGTERM', asked);
    process.on('SIGINT', asked);
  });

const failures = (service: RunningService): void => {
  process.on('unhandledRejection', (reason) => service.log.error({ err: reason }, 'a rejection was not handled'));
  process.on('uncaughtException', (error) => {
    // the state is unknown: end and be started again; everything acknowledged is in PostgreSQL
    service.log.fatal({ err: error }, 'an exception was not caught');
    process.exit(70);
  });
};

/**
 * A pod's entry: runs one service from the environment until SIGTERM. The only owner of `process` beside packages/local.
 * Exits with 78 (EX_CONFIG) when settings are wrong, 1 when the service cannot start, 0 after a clean end.
 */
export const run = async (service: Service): Promise<void> => {
  enableCompileCache();
  const source = processSource();
  // from the beginning: as process 1 of a container, what is not listened for is ignored until the kill
  const asked = untilAsked();
  try {
    const telemetry = await startTelemetry(service.name, readConfig(service.name, telemetrySettings, source));
    const { serviceUrl } = readConfig(service.name, directorySettings, source);
    const running = await Promise.race([
      service.start({ source, directory: clusterDirectory(serviceUrl) }),
      asked.then(async () => await delay(START_ENDS_MS, undefined)),
    ]);
    if (!running) process.exit(0);
    collectDefaultMetrics({ register: running.metrics.registry });
    failures(running);
    const signal = await asked;
    running.log.info({ signal }, 'stopping');
    running.retire();
    if (signal === 'SIGTERM') await delay(PROXIES_LEARN_MS);
    await running.close();
    await telemetry.close();
    process.exit(0);
  } catch (error) {
    process.stderr.write(
      `${error instanceof ConfigError ? error.message : `${service.name} could not start: ${(error as Error).stack}`}\n`,
    );
    process.exit(error instanceof ConfigError ? 78 : 1);
  }
};
