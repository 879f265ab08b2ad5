import type { ConfigOf } from '../config.ts';
import { counter } from '../metrics.ts';
import type { Base } from '../service.ts';
import type { mailSettings } from '../settings.ts';
import type { Mailer } from './mail.ts';
import { openOutboxMailer } from './outbox.ts';
import { openSmtpMailer } from './smtp.ts';

export { type KeptMail, Mail, mailErrors, type Mailer, type Outbox, type SendOptions } from './mail.ts';
export { MAIL_ATTEMPTS, MAIL_CONCURRENCY, MAIL_TIMEOUT_MS, type MailQueue, openMailQueue } from './mail-queue.ts';

/** How this house sends mail: by a mail server, or into a folder that is shown as an outbox page. */
export const openMail = (base: Base<ConfigOf<typeof mailSettings>>): Mailer => {
  const { mail } = base.config;
  const mailer = mail.kind === 'smtp' ? openSmtpMailer(base, mail) : openOutboxMailer(base, mail.mailOutboxDirectory);
  const sendings = counter(base.metrics, 'mail_sendings_total', 'Mails given to the mail server or outbox', ['result']);
  return {
    outbox: mailer.outbox,
    send: async (letter, options) => {
      try {
        await mailer.send(letter, options);
        sendings.inc({ result: 'sent' });
      } catch (error) {
        sendings.inc({ result: 'failed' });
        throw error;
      }
    },
  };
};
