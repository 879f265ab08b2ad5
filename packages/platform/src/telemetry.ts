import type { ConfigOf } from './config.ts';
import type { telemetrySettings } from './settings.ts';

export interface Telemetry {
  readonly close: () => Promise<void>;
}

/**
 * Starts OpenTelemetry for the process where a collector is configured. Loaded only then: the SDK costs 30 MB and a
 * second of start. Spans are made by hand (http, calls, events, jobs, SQL), so there is no auto-instrumentation.
 */
export const startTelemetry = async (
  serviceName: string,
  config: ConfigOf<typeof telemetrySettings>,
): Promise<Telemetry> => {
  const endpoint = config.otelExporterOtlpEndpoint;
  if (!endpoint) return { close: () => Promise.resolve() };
  const [{ NodeSDK }, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/sdk-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ]);
  const sdk = new NodeSDK({
    serviceName: `authorworks-${serviceName}`,
    traceExporter: new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }),
    instrumentations: [],
  });
  sdk.start();
  return { close: async () => await sdk.shutdown() };
};
