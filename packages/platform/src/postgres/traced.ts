import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import pg from 'pg';

const tracer = trace.getTracer('authorworks');

/** The statement without its values: those travel as parameters. */
const statementOf = (query: unknown): string => {
  const text = typeof query === 'string' ? query : ((query as { text?: unknown } | null)?.text ?? '');
  return typeof text === 'string' ? text.slice(0, 1_000) : '';
};

type Query = (...args: unknown[]) => unknown;

/** A client that tells each statement to the trace of the request, event or job that it belongs to. */
export class TracedClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    const query = this.query.bind(this) as Query;
    const traced: Query = (...args) => {
      if (!trace.getActiveSpan()?.isRecording()) return query(...args);
      const statement = statementOf(args[0]);
      const span = tracer.startSpan(`SQL ${/^\s*(\w+)/.exec(statement)?.[1]?.toUpperCase() ?? ''}`.trim(), {
        kind: SpanKind.CLIENT,
        attributes: { 'db.system.name': 'postgresql', 'db.query.text': statement },
      });
      const end = (error?: unknown): void => {
        if (error) span.setStatus({ code: SpanStatusCode.ERROR });
        span.end();
      };
      const callback = args.at(-1);
      if (typeof callback === 'function') {
        const bound = context.bind(context.active(), callback as Query);
        return query(...args.slice(0, -1), (error: unknown, ...rest: unknown[]) => {
          end(error);
          return bound(error, ...rest);
        });
      }
      const result = query(...args);
      if (result instanceof Promise) result.then(() => end(), end);
      else end();
      return result;
    };
    this.query = traced as typeof this.query;
  }
}

/** A pool whose waiting queries keep the trace of the one who waits, not of the one who makes room. */
export class TracedPool extends pg.Pool {
  constructor(config: pg.PoolConfig) {
    super({ ...config, Client: TracedClient });
    const connect = this.connect.bind(this) as Query;
    this.connect = ((callback?: Query) =>
      callback ? connect(context.bind(context.active(), callback)) : connect()) as typeof this.connect;
  }
}
