import type { TreeNode } from '@authorworks/contracts';
import { ApiError } from '@authorworks/contracts/client';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mayHold } from '../src/node/node-policy.ts';
import { type ContentHouse, type Person, startContentHouse } from './house.ts';

type Kind = 'part' | 'chapter' | 'scene';

/** One thing that somebody does to a tree; numbers choose among the nodes that there are at the moment. */
type Step =
  | { readonly do: 'create'; readonly kind: Kind; readonly parent: number; readonly after: number }
  | { readonly do: 'move'; readonly node: number; readonly parent: number; readonly after: number }
  | { readonly do: 'delete' | 'restore'; readonly node: number };

const pick = fc.nat(1_000);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('create' as const),
      kind: fc.constantFrom<Kind>('part', 'chapter', 'scene'),
      parent: pick,
      after: pick,
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('move' as const), node: pick, parent: pick, after: pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('delete' as const, 'restore' as const), node: pick }) },
);

/** Refusals that are answers, not failures: somebody else was quicker, or the tree cannot be so. */
const EXPECTED = new Set(['CONTENT_NODE_NOT_FOUND', 'CONTENT_TREE_INVALID', 'CONTENT_BIN_CONFLICT']);

describe('a tree that several people change at once', () => {
  let house: ContentHouse;
  let mary: Person;
  beforeAll(async () => {
    house = await startContentHouse();
    mary = await house.signUp('Mary');
  });
  afterAll(async () => await house?.close());

  const flat = (node: TreeNode): TreeNode[] => node.children.flatMap((child) => [child, ...flat(child)]);

  const take = async (params: { bookId: string }, what: Step, known: string[]): Promise<void> => {
    const { content } = mary;
    const idOf = (index: number): string | null => known[index % (known.length + 1)] ?? null;
    try {
      if (what.do === 'create') {
        const body = { kind: what.kind, parentId: idOf(what.parent), afterId: idOf(what.after) };
        known.push((await content.createNode({ params, body })).id);
        return;
      }
      const nodeId = idOf(what.node);
      if (nodeId === null) return;
      if (what.do === 'move')
        await content.moveNode({
          params: { nodeId },
          body: { parentId: idOf(what.parent), afterId: idOf(what.after) },
        });
      else if (what.do === 'delete') await content.deleteNode({ params: { nodeId } });
      else await content.restoreNode({ params: { nodeId } });
    } catch (error) {
      if (!(error instanceof ApiError) || !EXPECTED.has(error.code)) throw error;
      // an insertion that is refused for its neighbour is made at the end, so that trees grow
      if (what.do === 'create') {
        const made = await content.createNode({ params, body: { kind: what.kind } });
        known.push(made.id);
      }
    }
  };

  const check = async (params: { bookId: string }, known: readonly string[]): Promise<void> => {
    const tree = await mary.content.readTree({ params });
    const live = flat(tree);
    // no node twice, none outside of where it can stand
    expect(new Set(live.map(({ id }) => id)).size).toBe(live.length);
    const walk = (node: TreeNode): void => {
      for (const child of node.children) {
        expect(mayHold(node.kind, child.kind as Kind)).toBe(true);
        walk(child);
      }
    };
    walk(tree);
    // every node that was ever made is in the tree or in the bin, and not in both
    const rows = await house.context().db.node.findMany({ where: { bookId: params.bookId } });
    expect(rows.map(({ id }) => id).toSorted()).toEqual(known.toSorted());
    const liveIds = new Set(live.map(({ id }) => id));
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const row of rows) {
      expect(liveIds.has(row.id)).toBe(row.binnedAt === null);
      const parent = row.parentId === null ? null : byId.get(row.parentId);
      // nothing that can be seen hangs on something that cannot
      if (row.binnedAt === null && parent) expect(parent.binnedAt).toBeNull();
      if (row.binRootId !== null) expect(byId.get(row.binRootId)?.binnedAt).not.toBeNull();
    }
    // siblings have places of their own
    const places = rows.map(({ parentId, rank }) => `${parentId} ${rank}`);
    expect(new Set(places).size).toBe(rows.length);
    const book = await mary.content.readBook({ params });
    expect([book.chapterCount, book.sceneCount]).toEqual([
      live.filter(({ kind }) => kind === 'chapter').length,
      live.filter(({ kind }) => kind === 'scene').length,
    ]);
  };

  it('stays a tree, and loses nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 4, maxLength: 10 }),
        async (rounds) => {
          const { id } = await mary.content.createBook({ body: { title: 'Growing' } });
          const params = { bookId: id };
          const known: string[] = [];
          for (const steps of rounds) await Promise.all(steps.map(async (what) => await take(params, what, known)));
          await check(params, known);
        },
      ),
      { numRuns: 15 },
    );
  });
});
