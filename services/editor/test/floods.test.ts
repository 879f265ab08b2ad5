import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { AccountId, OpenedScene, SceneId } from '@authorworks/contracts';
import { connectEditor, type EditorConnection, type LiveScene } from '@authorworks/editor-client';
import { newId } from '@authorworks/platform';
import {
  startTestIssuer,
  startTestServers,
  TEST_SERVICE_KEY,
  type TestIssuer,
  type TestServers,
} from '@authorworks/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AttackOrder } from './attacker.ts';
import { paragraphText, textOf } from './editor-house.ts';
import { type EditorProcess, launchEditor } from './editor-process.ts';
import { manuscriptOf } from './prose.ts';
import { rawClient } from './raw-client.ts';
import { startTestContent, type TestContent } from './test-content.ts';

/** FAULTS 27. More for the report: EDITOR_TEST_FLOOD=5. */
const SCALE = Number(process.env['EDITOR_TEST_FLOOD'] ?? 1);
const ATTACKER = fileURLToPath(new URL('./attacker.ts', import.meta.url));
const MIB = 1024 * 1024;

const pause = async (milliseconds: number): Promise<void> =>
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? 0;

describe('somebody who means no good', () => {
  let servers: TestServers;
  let issuer: TestIssuer;
  let content: TestContent;
  let editor: EditorProcess;
  let honest: { connection: EditorConnection; scene: LiveScene }[];
  let target: { sceneId: SceneId; generation: string };
  let tokens: string[];

  beforeAll(async () => {
    servers = await startTestServers();
    issuer = await startTestIssuer();
    content = await startTestContent(servers);
    editor = await launchEditor({
      variables: {
        PORT: '0',
        HOST: '127.0.0.1',
        LOG_LEVEL: 'silent',
        SERVICE_KEY: TEST_SERVICE_KEY,
        DATABASE_URL: servers.databaseUrl,
        REDIS_URL: servers.redis.url,
      },
      neighbours: { user: issuer.url, content: content.url },
    });
    const newToken = async (): Promise<string> => {
      const accountId = newId<AccountId>();
      await content.setRole(accountId, 'co-author', { tell: false });
      return await issuer.tokenFor({ accountId });
    };
    const sceneId = content.addScene(manuscriptOf('The house under siege.'));
    tokens = await Promise.all(Array.from({ length: 5 }, newToken));
    const scout = await rawClient(editor.url, await newToken());
    const { answer } = await scout.open(sceneId);
    target = { sceneId, generation: (answer as { data: OpenedScene }).data.generation };
    scout.socket.disconnect();
    honest = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const token = await newToken();
        const connection = connectEditor({ url: editor.url, token: async () => await Promise.resolve(token) });
        const scene = connection.openScene(content.addScene(manuscriptOf('A quiet room.')));
        await scene.whenSynced();
        return { connection, scene };
      }),
    );
  });
  afterAll(async () => {
    for (const { connection } of honest ?? []) connection.close();
    await editor?.kill();
    await content?.stop();
    await issuer?.stop();
    await servers?.stop();
  });

  /** Honest people type; how long until their words are saved, in milliseconds. */
  const typing = async (going: () => boolean): Promise<number[]> => {
    const times: number[] = [];
    await Promise.all(
      honest.map(async ({ scene }) => {
        while (going()) {
          const began = performance.now();
          paragraphText(scene.doc, 0).insert(0, 'h');
          await scene.whenSaved();
          times.push(performance.now() - began);
          await pause(20);
        }
      }),
    );
    return times;
  };

  const attack = async (order: Pick<AttackOrder, 'attack' | 'count'>): Promise<void> =>
    await new Promise((resolve) => {
      const full: AttackOrder = { ...order, url: editor.url, tokens, ...target };
      fork(ATTACKER, [JSON.stringify(full)], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }).once(
        'exit',
        () => resolve(),
      );
    });

  it.each([
    ['floods the house with messages', 'flood', 60_000 * SCALE],
    ['sends messages of 50 MB', 'frames', 3 * SCALE],
    ['opens five thousand connections', 'connections', 5_000],
    ['opens five thousand scenes', 'openings', 5_000],
    ['connects a thousand times and says nothing', 'silence', 1_000],
    ['sends garbage', 'garbage', 60 * SCALE],
    ['sends updates that explode', 'bombs', 6 * SCALE],
  ] as const)(
    'who %s: those who write are served, and nothing of the house is used up',
    async (what, name, count) => {
      let calm = 0;
      const quiet = await typing(() => (calm += 1) < 160);
      const before = await editor.memory();
      const over = new AbortController();
      let peak = before.rss;
      const attacking = attack({ attack: name, count }).then(() => over.abort());
      const watching = (async () => {
        while (!over.signal.aborted) {
          peak = Math.max(peak, (await editor.memory()).rss);
          await pause(200);
        }
      })();
      const began = performance.now();
      const besieged = await typing(() => !over.signal.aborted);
      await Promise.all([attacking, watching]);
      const after = await editor.memory();
      const busy = (after.cpuMs - before.cpuMs) / (performance.now() - began);
      const [calmP95, besiegedP95] = [quantile(quiet, 0.95), quantile(besieged, 0.95)];
      process.stdout.write(
        `somebody ${what}: honest p95 ${calmP95.toFixed(0)} → ${besiegedP95.toFixed(0)} ms (×${(besiegedP95 / calmP95).toFixed(2)}), ` +
          `${besieged.length} changes saved, editor busy ${Math.round(busy * 100)} %, RSS ${Math.round(before.rss / MIB)} → at most ${Math.round(peak / MIB)} MiB\n`,
      );
      expect(besieged.length).toBeGreaterThan(0);
      expect(peak - before.rss).toBeLessThan(100 * MIB);
      for (const { scene } of honest) expect(scene.status.get()).toBe('saved');
    },
    240_000,
  );

  it('has changed nothing that it may not change', async () => {
    for (const { scene } of honest) expect(textOf(scene.doc)).toMatch(/^h+A quiet room\.$/);
    const token = tokens[0] ?? '';
    const reader = await rawClient(editor.url, token);
    const { answer, doc } = await reader.open(target.sceneId);
    expect(answer.ok).toBe(true);
    expect(textOf(doc)).toContain('The house under siege.');
    reader.socket.disconnect();
  });
});
