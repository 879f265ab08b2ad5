import { type LiveScene, until } from '@authorworks/editor-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse } from '../lib/house.ts';
import { comeIn, openScene, type Person, startBook } from '../lib/people.ts';
import { keepTyping, timesIn } from '../lib/typing.ts';

// FAULTS 8, at the level of the whole house: somebody loses the right to write while she types.

/** Seconds until a scene is not written in any more: refused, for reading only, or cut off. */
const untilShownOut = async (scene: LiveScene, since: number): Promise<number> => {
  await until(scene.status, (status) => status === 'refused' || status === 'read-only' || status === 'offline');
  return (performance.now() - since) / 1000;
};

/** Every session ends, the one that she writes in too. */
const signOutEverywhere = async ({ user }: Person): Promise<void> => {
  await user.endOtherSessions();
  await user.endCurrentSession();
};

describe('a co-author whose rights are taken away while she types', () => {
  let house: House;
  let mary: Person;
  beforeAll(async () => {
    house = await openHouse();
    mary = await comeIn(house.url, 'Mary');
  });
  afterAll(async () => await house?.close());

  it.each(['made a beta reader', 'removed from the book', 'signed out everywhere'])(
    'is stopped at once when %s, and nothing of hers is kept from then on',
    async (what) => {
      const percy = await comeIn(house.url, `Percy ${what.replaceAll(' ', '-')}`.replace(' ', '.'));
      const { bookId, sceneId } = await startBook(mary, what);
      const { id: collaboratorId } = await mary.content.addCollaborator({
        params: { bookId },
        body: { email: percy.email, role: 'co-author' },
      });
      const connection = percy.connect();
      const scene = await openScene(connection, sceneId);
      const typing = keepTyping(scene, 'p');
      await typing.untilAcknowledged(20);
      const params = { bookId, collaboratorId };
      const since = performance.now();
      if (what === 'made a beta reader')
        await mary.content.updateCollaborator({ params, body: { role: 'beta-reader' } });
      else if (what === 'removed from the book') await mary.content.removeCollaborator({ params });
      else await signOutEverywhere(percy);
      const answered = (performance.now() - since) / 1000;
      // whatever she typed until the door was closed may be there; then the text must stand still
      const seconds = await untilShownOut(scene, since);
      const read = async (): Promise<string> =>
        (await mary.content.readSceneText({ params: { sceneId }, query: { format: 'text' } })).text ?? '';
      const atTheEnd = await read();
      const typedUntilThen = typing.typed.length;
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      typing.stop();
      const later = await read();
      connection.close();
      const after = typing.typed.slice(typedUntilThen).filter((word) => timesIn(later, word) > 0);
      console.log(
        `${what}: answered after ${answered.toFixed(2)} s, shown out after ${seconds.toFixed(2)} s, ${after.length} of ${typing.typed.length - typedUntilThen} later words kept`,
      );
      expect(typing.typed.length).toBeGreaterThan(typedUntilThen);
      expect(after).toEqual([]);
      expect(later).toBe(atTheEnd);
    },
  );
});
