import { createTransport } from 'nodemailer';
import { fail } from '../errors.ts';
import type { Base } from '../service.ts';
import { Mail, mailErrors, type Mailer } from './mail.ts';

const CONNECT_MS = 10_000;
const GREETING_MS = 10_000;
/** A server that says nothing for this long in the middle of a mail is given up. */
const SILENCE_MS = 30_000;
const CONNECTIONS = 2;
const MAILS_A_CONNECTION = 100;

interface SmtpFailure {
  readonly message: string;
  readonly responseCode?: number;
  readonly command?: string;
}

/**
 * A 5xx for this recipient or this text will be one the next time as well (RFC 5321, 4.2.1). A refused sender or login
 * is for the operator to mend, so those mails wait.
 */
const isFinal = ({ responseCode = 0, command = '' }: SmtpFailure): boolean =>
  responseCode >= 500 && responseCode < 600 && (command === 'RCPT TO' || command === 'DATA');

const domainOf = (from: string): string => /@([A-Za-z0-9.-]+)/.exec(from)?.[1] ?? 'localhost';

/** Sends through a mail server, over a few connections that are kept open between mails. */
export const openSmtpMailer = (
  base: Pick<Base, 'log' | 'onClose'>,
  { smtpUrl, mailFrom }: { readonly smtpUrl: string; readonly mailFrom: string },
): Mailer => {
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: CONNECTIONS,
    maxMessages: MAILS_A_CONNECTION,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: GREETING_MS,
    socketTimeout: SILENCE_MS,
    dnsTimeout: CONNECT_MS,
    // a mail's content is what it says, never a file or an address to be fetched
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  base.onClose('smtp', () => transport.close());
  return {
    send: async (mail, { id }) => {
      const { to, subject, text, html } = Mail.parse(mail);
      try {
        await transport.sendMail({
          from: mailFrom,
          to,
          subject,
          text,
          ...(html === undefined ? {} : { html }),
          messageId: `<${id}@${domainOf(mailFrom)}>`,
          // RFC 3834: no out-of-office answers to machines
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
      } catch (cause) {
        const failure = cause as SmtpFailure;
        const definition = isFinal(failure) ? mailErrors.refused : mailErrors.unavailable;
        throw fail(definition, { message: `${definition.message} ${failure.message}`.slice(0, 500), cause });
      }
    },
    outbox: undefined,
  };
};
