import { defineJob, type JobDefinition } from '@authorworks/contracts';
import { z } from 'zod';
import type { Sql } from '../postgres/index.ts';
import type { JobQueue } from '../queue/index.ts';
import type { Base } from '../service.ts';
import { Mail, type Mailer } from './mail.ts';

/** With a try a minute: a mail server may be away for a day. */
export const MAIL_ATTEMPTS = 24 * 60;
export const MAIL_TIMEOUT_MS = 120_000;
/** A mail server is slow and not ours to flood. */
export const MAIL_CONCURRENCY = 2;

export interface MailQueue {
  /**
   * Writes a mail in the caller's transaction: it is sent if, and only if, that commits; tried again for a day while the
   * mail server is away. The text rests in the table of jobs for 30 days, so it must hold no secret: what carries a
   * token is a job of its own that makes the token when it sends.
   * @returns the job's id, which is also the mail's.
   */
  readonly enqueue: (sql: Sql, mail: Mail) => Promise<string>;
}

const mailJobOf = (service: string): JobDefinition<typeof Mail, z.ZodType> =>
  defineJob({
    type: `${service}.send-mail`,
    summary: 'Sends one mail.',
    input: Mail,
    output: z.object({}),
    attempts: MAIL_ATTEMPTS,
    timeoutMs: MAIL_TIMEOUT_MS,
  });

/** Mail that is not lost between a committed row and the mail server. Register it before `queue.start()`. */
export const openMailQueue = (base: Pick<Base, 'name'>, queue: JobQueue, mailer: Mailer): MailQueue => {
  const job = mailJobOf(base.name);
  queue.work(job, MAIL_CONCURRENCY, async ({ id, input }) => {
    await mailer.send(input, { id });
    return {};
  });
  return { enqueue: async (sql, mail) => await queue.enqueue(sql, job, Mail.parse(mail)) };
};
