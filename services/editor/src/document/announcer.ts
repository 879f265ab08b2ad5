import { type AccountId, type BookId, editorEvents, type SceneId } from '@authorworks/contracts';
import type { Bus } from '@authorworks/platform/bus';
import type { Postgres, Sql } from '@authorworks/platform/postgres';
import { blockIdsOf } from '../ydoc/touched-blocks.ts';
import { readDocument } from './document-store.ts';
import { LiveDocument, type Touched } from './live-document.ts';

interface Announcement {
  readonly documentId: string;
  readonly touched: Touched;
  /** Blocks that the document has. */
  readonly present: ReadonlySet<string>;
}

type Outcome = 'announced' | 'known' | 'incomplete' | 'gone';

const authorsOf = async (sql: Sql, documentId: string, after: number, upTo: number): Promise<AccountId[]> => {
  const rows = await sql.query<{ account_id: AccountId }>(
    'SELECT DISTINCT account_id FROM scene_update WHERE document_id = $1::bigint AND version > $2 AND version <= $3',
    [documentId, after, upTo],
  );
  return rows.map((row) => row.account_id);
};

/**
 * Tells the house which blocks of a scene have changed. The event is written in the transaction that moves
 * `announced_version`: a crash before it leaves the change unannounced, and the sweep finds it.
 */
export class Announcer {
  readonly #postgres: Postgres;
  readonly #bus: Bus;

  constructor(postgres: Postgres, bus: Bus) {
    this.#postgres = postgres;
    this.#bus = bus;
  }

  /** Announces everything that is committed in an open document. */
  async announce(live: LiveDocument): Promise<void> {
    const touched = live.takeTouched();
    try {
      const present = touched.ids.size > 0 ? blockIdsOf(live.working) : new Set<string>();
      const outcome = await this.#write({ documentId: live.head.documentId, touched, present });
      if (outcome === 'incomplete') await this.announceStored(live.head.sceneId);
    } catch (error) {
      live.returnTouched(touched);
      throw error;
    }
  }

  /** Announces what is unannounced of a document that nobody here has open, from the log. */
  async announceStored(sceneId: SceneId): Promise<void> {
    const stored = await readDocument(this.#postgres.sql, sceneId);
    if (!stored || stored.head.announcedVersion >= stored.head.version) return;
    const live = new LiveDocument(stored);
    const { head, snapshot } = stored;
    const touched = live.takeTouched();
    const present = blockIdsOf(live.working);
    // a document that begins with text that nobody was told of, as after a split
    const ids =
      snapshot.version > head.announcedVersion
        ? new Map([...[...present].map((id) => [id, touched.to] as const), ...touched.ids])
        : touched.ids;
    await this.#write({
      documentId: head.documentId,
      touched: { ids, from: head.announcedVersion, to: touched.to },
      present,
    });
    live.destroy();
  }

  /** Scenes whose changes should have been announced by now: whoever changed them has died. */
  async overdue(afterMs: number): Promise<SceneId[]> {
    const rows = await this.#postgres.sql.query<{ scene_id: SceneId }>(
      `SELECT d.scene_id FROM scene_unannounced u JOIN scene_document d ON d.id = u.document_id
       WHERE u.since < now() - $1 * interval '1 millisecond' ORDER BY u.since LIMIT 100`,
      [afterMs],
    );
    return rows.map((row) => row.scene_id);
  }

  async #write({ documentId, touched, present }: Announcement): Promise<Outcome> {
    return await this.#postgres.transaction(async (sql): Promise<Outcome> => {
      const [row] = await sql.query<{ scene_id: SceneId; book_id: BookId; version: number; announced_version: number }>(
        'SELECT scene_id, book_id, version, announced_version FROM scene_document WHERE id = $1::bigint FOR UPDATE',
        [documentId],
      );
      if (!row) return 'gone';
      if (row.announced_version < touched.from) return 'incomplete';
      if (row.announced_version < touched.to) {
        // another replica may have told of some of it
        const news = [...touched.ids].flatMap(([id, version]) => (version > row.announced_version ? [id] : []));
        await this.#bus.publish(sql, editorEvents.sceneChanged, {
          sceneId: row.scene_id,
          bookId: row.book_id,
          version: touched.to,
          changedBlockIds: news.filter((id) => present.has(id)),
          removedBlockIds: news.filter((id) => !present.has(id)),
          accountIds: await authorsOf(sql, documentId, row.announced_version, touched.to),
        });
        await sql.query('UPDATE scene_document SET announced_version = $2 WHERE id = $1::bigint', [
          documentId,
          touched.to,
        ]);
      }
      const isAll = row.version <= Math.max(touched.to, row.announced_version);
      await sql.query(
        isAll
          ? 'DELETE FROM scene_unannounced WHERE document_id = $1::bigint'
          : 'UPDATE scene_unannounced SET since = now() WHERE document_id = $1::bigint',
        [documentId],
      );
      return row.announced_version < touched.to ? 'announced' : 'known';
    });
  }
}
