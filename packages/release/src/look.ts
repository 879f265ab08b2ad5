import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Desk, note } from './desk.ts';
import { FrontDoor } from './front-door.ts';
import type { Release } from './journal.ts';
import { lineOf, ReleaseProblem } from './problem.ts';
import { within } from './time.ts';
import { lookAt } from './visits.ts';

/** Traefik learns of a new name within seconds. */
const PREVIEW_SECONDS = 30;
/** A new house may have its first connections still to make. */
const TRIES_SECONDS = 15;

/** Looks at the new house through the preview's name, as its first visitor; nobody else comes there. */
export const look = async (desk: Desk, release: Release): Promise<void> => {
  const { edge, options, signal } = desk;
  await edge.set({ preview: release.to }, signal, options.edgeGiven);
  const door = FrontDoor.of((await edge.values()) ?? {}, 'preview', options);
  try {
    const isThere = await within(PREVIEW_SECONDS, signal, async () =>
      (await door.ask('/healthz').catch(() => undefined))?.status === 404 ? undefined : true,
    );
    if (!isThere) throw new ReleaseProblem(`the preview is not there: ${door.url} answers 404`);
    let wrong: string | undefined;
    await within(TRIES_SECONDS, signal, async () => {
      wrong = await lookAt(door);
      return wrong === undefined ? true : undefined;
    });
    if (wrong !== undefined) throw new ReleaseProblem(`the new house does not answer as it should: ${wrong}`);
    await note(desk, release, `the new house answers as it should at ${door.url}`);
    if (options.smoke !== undefined) await runSmoke(desk, door.url);
  } finally {
    await door.close();
  }
};

/** A check of the operator's own. */
const runSmoke = async ({ options }: Desk, url: string): Promise<void> => {
  const command = options.smoke ?? '';
  const env = { PREVIEW_URL: url.split(' ')[0] ?? '', PREVIEW_HOST: /\((.*)\)/.exec(url)?.[1] ?? '' };
  try {
    await promisify(execFile)(
      'env',
      [...Object.entries(env).map(([key, value]) => `${key}=${value}`), 'sh', '-c', command],
      {
        timeout: 600_000,
      },
    );
  } catch (error) {
    throw new ReleaseProblem(`the check "${command}" failed: ${lineOf(error)}`);
  }
};
