import {
  type Attributes,
  context,
  propagation,
  ROOT_CONTEXT,
  type SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

/** Runs `work` as a part of the trace that a carrier (HTTP headers, event meta, job row) tells of. */
export const contextFromHeaders = <T>(carrier: unknown, work: () => T): T =>
  context.with(propagation.extract(ROOT_CONTEXT, carrier), work);

/** The current trace as a carrier: `traceparent` and `tracestate`, or nothing where no tracing is loaded (W3C Trace Context). */
export const currentTrace = (): Record<string, string> => {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier;
};

/** Runs `work` in a span of its own; costs nothing where no tracing is loaded. */
export const inSpan = async <T>(
  name: string,
  options: { readonly kind: SpanKind; readonly attributes?: Attributes },
  work: () => Promise<T>,
): Promise<T> =>
  await trace.getTracer('authorworks').startActiveSpan(name, options, async (span) => {
    try {
      return await work();
    } catch (error) {
      // the type is enough: messages may hold what people wrote
      span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error | undefined)?.name ?? 'Error' });
      throw error;
    } finally {
      span.end();
    }
  });
