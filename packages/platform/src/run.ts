import { enableCompileCache } from 'node:module';
import { collectDefaultMetrics } from 'prom-client';
import { ConfigError, readConfig } from './config.ts';
import { clusterDirectory } from './directory.ts';
import { processSource } from './process-source.ts';
import type { RunningService, Service } from './service.ts';
import { directorySettings, telemetrySettings } from './settings.ts';
import { startTelemetry } from './telemetry.ts';

/** In a pod, after SIGTERM traffic still arrives until every proxy has heard of it. */
const PROXIES_LEARN_MS = 3_000;

const waitForSignal = async (): Promise<NodeJS.Signals> =>
  await new Promise((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
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
  try {
    const telemetry = await startTelemetry(service.name, readConfig(service.name, telemetrySettings, source));
    const { serviceUrl } = readConfig(service.name, directorySettings, source);
    const running = await service.start({ source, directory: clusterDirectory(serviceUrl) });
    collectDefaultMetrics({ register: running.metrics.registry });
    failures(running);
    const signal = await waitForSignal();
    running.log.info({ signal }, 'stopping');
    // who asks twice does not want to wait
    process.once('SIGINT', () => process.exit(130));
    running.retire();
    if (signal === 'SIGTERM') await new Promise((resolve) => setTimeout(resolve, PROXIES_LEARN_MS));
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
