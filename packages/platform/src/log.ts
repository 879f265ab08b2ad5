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
];

const redactPaths = SECRET_KEYS.flatMap((key) => {
  const name = key.includes('-') ? `["${key}"]` : key;
  const dotted = key.includes('-') ? name : `.${name}`;
  return [name, `*${dotted}`, `*.*${dotted}`];
});

/**
 * JSON lines with the service's name and the request's id.
 * @param destination Where lines go; standard output when absent.
 */
export const createLog = (service: string, level: string, destination?: DestinationStream): Logger =>
  pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redactPaths, censor: '***' },
      mixin: () => {
        const request = currentRequest();
        return request ? { requestId: request.requestId } : {};
      },
    },
    destination ?? pino.destination(1),
  );
