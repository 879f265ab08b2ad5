import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import { currentRequest } from './request-context.ts';

export type Logger = PinoLogger;

/** Never logged, wherever in an object they stand: FAULTS 38. */
const SECRET_KEYS = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'currentPassword',
  'newPassword',
  'token',
  'accessToken',
  'refreshToken',
  'secret',
  'serviceKey',
  'signature',
  'apiKey',
  'accessKey',
  'secretKey',
  'privateKey',
  'idToken',
  'clientSecret',
  'code_verifier',
];

/** Compared without case and separators, so that `access_token` and `X-Api-Key` are known as well. */
const plainName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');
const SECRET_NAMES = SECRET_KEYS.map(plainName);
const isSecret = (name: string): boolean => {
  const plain = plainName(name);
  return SECRET_NAMES.some((secret) => plain.endsWith(secret));
};

const CENSOR = '***';
const MAX_DEPTH = 8;
const MAX_TEXT = 10_000;

/** What looks like a secret inside of a text: credentials of a URL, bearer tokens, JWTs, personal API tokens. */
const scrub = (text: string): string =>
  text
    .slice(0, MAX_TEXT)
    .replace(/(\w:\/\/)[^\s/@]+@/g, `$1${CENSOR}@`)
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]+/gi, `$1 ${CENSOR}`)
    .replace(/\bey[\w-]{8,}\.[\w-]+\.[\w-]*/g, CENSOR)
    .replace(/\baw_[\w-]+/g, CENSOR)
    .replace(/((?:token|password|secret|signature|key)=)[^&\s"']+/gi, `$1${CENSOR}`);

/** PostgreSQL quotes the value that it could not take: class 22 (data) and 23 (constraints). */
const withoutValues = (message: string, code: unknown): string =>
  (typeof code === 'string' && /^2[23][0-9A-Z]{3}$/.test(code)) || /\bcode: .2[23][0-9A-Z]{3}/i.test(message)
    ? message.replace(/"[^"]*"|'[^']*'/g, '"…"')
    : message;

/** Prisma repeats the whole call, with its values, before the sentence that tells what is wrong. */
const withoutCall = (message: string): string =>
  message.includes('invocation') ? (message.trimEnd().split('\n').at(-1) ?? '') : message;

const MAX_CAUSES = 5;

/** The parts of an error that help and hold nobody's data: drivers hang rows, statements and commands on theirs. */
const errorOf = (error: Error, depth = 0): Record<string, unknown> => {
  const { name, stack = '', cause, code } = error as Error & { code?: unknown };
  const message = scrub(withoutCall(withoutValues(error.message, code)));
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: name === 'Error' ? error.constructor.name : name,
    message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    stack: `${name}: ${message}\n${frames.join('\n')}`,
    ...(cause instanceof Error && depth < MAX_CAUSES ? { cause: errorOf(cause, depth + 1) } : {}),
  };
};

const clean = (value: unknown, depth: number): unknown => {
  if (typeof value === 'string') return scrub(value);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Error) return errorOf(value);
  if (value instanceof Date) return value;
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (depth >= MAX_DEPTH) return '…';
  if (Array.isArray(value)) return value.map((item) => clean(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, isSecret(key) ? CENSOR : clean(inner, depth + 1)]),
  );
};

const cleanLine = (line: Record<string, unknown>): Record<string, unknown> => clean(line, 0) as Record<string, unknown>;

/**
 * JSON lines with the service's name and the request's id.
 * @param destination Where lines go; standard output when absent.
 */
export const createLog = (service: string, level: string, destination?: DestinationStream): Logger => {
  const log = pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: cleanLine, bindings: cleanLine },
      // cleaned above already; pino would take what is left for an error and add its causes' messages
      serializers: { err: (error: unknown) => error },
      hooks: {
        logMethod(parts, method) {
          method.apply(this, parts.map((part) => (typeof part === 'string' ? scrub(part) : part)) as typeof parts);
        },
      },
      mixin: () => {
        const request = currentRequest();
        return request ? { requestId: request.requestId } : {};
      },
    },
    destination ?? pino.destination(1),
  );
  // pino gives the bindings of children to no formatter; they inherit this
  const make = Reflect.get(log, 'child') as unknown as (this: Logger, ...parts: unknown[]) => Logger;
  log.child = function cleanChild(this: Logger, bindings: object, ...rest: unknown[]) {
    return make.call(this, clean(bindings, 0), ...rest);
  } as unknown as Logger['child'];
  return log;
};
