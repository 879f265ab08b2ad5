import { mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { newId } from '../ids.ts';
import type { Base } from '../service.ts';
import { type KeptMail, Mail, type Mailer, type Outbox } from './mail.ts';

const DAY_MS = 24 * 60 * 60_000;
const KEPT_MS = 30 * DAY_MS;
const SWEEP_EVERY_MS = 60 * 60_000;

const KeptFile = z.object({
  id: z.uuid(),
  sentAt: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string().nullable(),
});

/** Ids are UUIDv7, so that the order of names is the order of time; everything else in the folder is not ours. */
const MAIL_FILE = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.json$/;

/** Writes a whole file or none: what is seen under its name was synced before. */
const writeAtomically = async (directory: string, name: string, text: string): Promise<void> => {
  const temporary = join(directory, `${name}.${newId()}.tmp`);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(directory, name));
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
};

const isMissing = (error: unknown): boolean => (error as { code?: string }).code === 'ENOENT';

const readKept = async (directory: string, name: string): Promise<KeptMail | undefined> => {
  try {
    return KeptFile.parse(JSON.parse(await readFile(join(directory, name), 'utf8')));
  } catch (error) {
    // swept between listing and reading, or damaged by hand: the others are still to be shown
    if (isMissing(error) || error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
};

const namesOf = async (directory: string): Promise<string[]> => {
  try {
    return (await readdir(directory))
      .filter((name) => MAIL_FILE.test(name))
      .toSorted()
      .toReversed();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
};

const openList =
  (directory: string): Outbox['list'] =>
  async ({ cursor, limit }) => {
    const names = await namesOf(directory);
    const rest = cursor === undefined ? names : names.filter((name) => name < `${cursor}.json`);
    const mails: KeptMail[] = [];
    let last: string | undefined;
    for (const name of rest) {
      if (mails.length === limit) return { mails, nextCursor: last?.replace(/\.json$/, '') ?? null };
      const mail = await readKept(directory, name);
      if (!mail) continue;
      mails.push(mail);
      last = name;
    }
    return { mails, nextCursor: null };
  };

/** Removes mails older than 30 days, and what a killed process left half-written. */
const sweep = async (directory: string, now: number): Promise<void> => {
  for (const name of await readdir(directory)) {
    const age = MAIL_FILE.test(name) ? KEPT_MS : name.endsWith('.tmp') ? DAY_MS : Number.POSITIVE_INFINITY;
    if (age === Number.POSITIVE_INFINITY) continue;
    const path = join(directory, name);
    const { mtimeMs } = await stat(path);
    if (now - mtimeMs > age) await unlink(path);
  }
};

/** Keeps mails as files instead of sending them, one JSON file each, for houses without a mail server. */
export const openOutboxMailer = (base: Pick<Base, 'clock' | 'log'>, directory: string): Mailer => {
  let sweptAt = Number.NEGATIVE_INFINITY;
  const sweepSometimes = async (): Promise<void> => {
    const now = base.clock.monotonicMs();
    if (now - sweptAt < SWEEP_EVERY_MS) return;
    sweptAt = now;
    await sweep(directory, base.clock.now().getTime()).catch((error: unknown) =>
      base.log.warn({ err: error }, 'old mails could not be removed'),
    );
  };
  return {
    send: async (mail, { id }) => {
      const { to, subject, text, html = null } = Mail.parse(mail);
      const kept: KeptMail = {
        id: z.uuid().parse(id),
        sentAt: base.clock.now().toISOString(),
        to,
        subject,
        text,
        html,
      };
      await mkdir(directory, { recursive: true, mode: 0o700 });
      await sweepSometimes();
      await writeAtomically(directory, `${id.toLowerCase()}.json`, `${JSON.stringify(kept, null, 2)}\n`);
    },
    outbox: { list: openList(directory) },
  };
};
