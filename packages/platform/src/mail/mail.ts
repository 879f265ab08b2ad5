import { defineErrors, Email, line, prose } from '@authorworks/contracts';
import { z } from 'zod';

const MAX_TEXT = 200_000;

/**
 * A mail to one person. The shape is what keeps strangers out of headers: one address, one line of subject, no control
 * characters in either (CWE-93).
 */
export const Mail = z.strictObject({
  to: Email,
  subject: line(200),
  text: prose(MAX_TEXT),
  /** The same as HTML. Whoever makes it escapes what it takes from people. */
  html: prose(MAX_TEXT).optional(),
});
export type Mail = z.infer<typeof Mail>;

export const mailErrors = defineErrors({
  refused: {
    code: 'MAIL_REFUSED',
    status: 422,
    message: 'The mail server refuses this mail for good.',
  },
  unavailable: {
    code: 'MAIL_UNAVAILABLE',
    status: 503,
    message: 'The mail server does not take mail now.',
  },
});

/** What makes two sendings the same mail. */
export interface SendOptions {
  /** A UUIDv7, e.g. the job's id: becomes the Message-ID, so that a repeat after a crash is known for one. */
  readonly id: string;
}

export interface Mailer {
  /**
   * Sends a mail now. Whoever must not lose it calls this from a job (`openMailQueue`).
   * @throws AppError MAIL_REFUSED when a repeat would be refused again, MAIL_UNAVAILABLE when it may succeed;
   *   ZodError when the mail is not one.
   */
  readonly send: (mail: Mail, options: SendOptions) => Promise<void>;
  /** Mails that are kept instead of sent; undefined where mail is really sent. */
  readonly outbox: Outbox | undefined;
}

/** A mail in the outbox. */
export interface KeptMail {
  readonly id: string;
  readonly sentAt: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
}

export interface Outbox {
  /** Newest first. @param page.cursor `nextCursor` of the page before. */
  readonly list: (page: {
    readonly cursor?: string | undefined;
    readonly limit: number;
  }) => Promise<{ readonly mails: readonly KeptMail[]; readonly nextCursor: string | null }>;
}
