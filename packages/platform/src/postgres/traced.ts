import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import pg from 'pg';
import { type DatabaseUrl, isWrongPassword } from './database-url.ts';

const tracer = trace.getTracer('authorworks');

/** The statement without its values: those travel as parameters. */
const statementOf = (query: unknown): string => {
  const text = typeof query === 'string' ? query : ((query as { text?: unknown } | null)?.text ?? '');
  return typeof text === 'string' ? text.slice(0, 1_000) : '';
};

type Query = (...args: unknown[]) => unknown;

/** Settings of a client whose password may change: pg reads one once, from the connection string. */
interface ChangingConfig extends pg.ClientConfig {
  readonly presentPassword?: () => string;
}

/** A client that tells each statement to the trace of the request, event or job that it belongs to. */
export class TracedClient extends pg.Client {
  constructor(config?: string | ChangingConfig) {
    super(config);
    if (typeof config === 'object' && config.presentPassword) this.password = config.presentPassword();
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

/**
 * A pool whose waiting queries keep the trace of the one who waits, not of the one who makes room; and which goes on when the
 * password was changed.
 */
export class TracedPool extends pg.Pool {
  constructor(config: pg.PoolConfig, url: DatabaseUrl) {
    super({
      ...config,
      connectionString: url.present(),
      Client: TracedClient,
      presentPassword: url.password,
    } as pg.PoolConfig);
    const connect = this.connect.bind(this) as (callback?: Query) => unknown;
    // several may be refused at a time, and the first of them has renewed it for all
    const again = (error: unknown, used: string): boolean => {
      if (!isWrongPassword(error)) return false;
      url.renew();
      return url.password() !== used;
    };
    const connected = async (): Promise<unknown> => {
      const used = url.password();
      try {
        return await connect();
      } catch (error) {
        if (!again(error, used)) throw error;
        return await connect();
      }
    };
    this.connect = ((callback?: Query) => {
      if (!callback) return connected();
      const bound = context.bind(context.active(), callback);
      const used = url.password();
      return connect((error: unknown, ...rest: unknown[]) =>
        again(error, used) ? connect(bound) : bound(error, ...rest),
      );
    }) as typeof this.connect;
  }
}
