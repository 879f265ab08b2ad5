import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api';

/** Runs `work` as a part of the trace that a carrier (HTTP headers, event meta, job row) tells of. */
export const contextFromHeaders = <T>(carrier: unknown, work: () => T): T =>
  context.with(propagation.extract(ROOT_CONTEXT, carrier), work);

/** The current trace as a carrier: `traceparent` and `tracestate`, or nothing where no tracing is loaded (W3C Trace Context). */
export const currentTrace = (): Record<string, string> => {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier;
};
