import { checkManuscript, type DocNode, manuscriptSchema } from '@authorworks/manuscript/schema';
import { describe, expect, it } from 'vitest';
import { prosemirrorToYXmlFragment, updateYFragment, yXmlFragmentToProseMirrorRootNode } from 'y-prosemirror';
import * as Y from 'yjs';
import { blockIdsOf, touchedBlocks } from '../src/ydoc/touched-blocks.ts';
import { changeLiveDoc } from '../src/ydoc/change-live-doc.ts';
import { checkUpdate } from '../src/ydoc/check-update.ts';
import { buildLiveDoc, FRAGMENT, fragmentOf, newLiveDoc } from '../src/ydoc/fragment.ts';
import { liveDocOf } from '../src/ydoc/from-manuscript.ts';
import { UpdateRefused } from '../src/ydoc/scan-update.ts';
import { readLiveDoc } from '../src/ydoc/to-manuscript.ts';
import { hostileChanges } from './hostile-changes.ts';
import { dice, manuscriptOf, plainManuscript, randomManuscript } from './prose.ts';

const SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);

const refusalOf = (doc: Y.Doc, update: Uint8Array): string | undefined => {
  try {
    checkUpdate(doc, update);
    return undefined;
  } catch (error) {
    if (error instanceof UpdateRefused) return error.kind;
    throw error;
  }
};

/** What a client's change to a copy of the document sends. */
const updateOf = (doc: Y.Doc, change: (copy: Y.Doc) => void): Uint8Array => {
  const copy = newLiveDoc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  const before = Y.encodeStateVector(copy);
  copy.transact(() => change(copy));
  return Y.encodeStateAsUpdate(copy, before);
};

const withoutIds = (manuscript: DocNode): unknown =>
  JSON.parse(JSON.stringify(manuscript.toJSON(), (key, value: unknown) => (key === 'id' ? undefined : value)));

const firstElement = (doc: Y.Doc): Y.XmlElement => fragmentOf(doc).get(0) as Y.XmlElement;

describe('a live document', () => {
  it('is laid out as the editor lays it out', () => {
    for (const seed of SEEDS) {
      const manuscript = randomManuscript(dice(seed));
      const theirs = new Y.Doc();
      prosemirrorToYXmlFragment(manuscript, theirs.getXmlFragment(FRAGMENT));
      expect(fragmentOf(liveDocOf(manuscript)).toJSON(), `seed ${seed}`).toBe(theirs.getXmlFragment(FRAGMENT).toJSON());
    }
  });

  it('reads back as the manuscript that it was made of, here and in the editor', () => {
    for (const seed of SEEDS) {
      const manuscript = randomManuscript(dice(seed));
      const doc = liveDocOf(manuscript);
      expect(readLiveDoc(doc)).toEqual({ manuscript, problems: [] });
      expect(yXmlFragmentToProseMirrorRootNode(fragmentOf(doc), manuscriptSchema).toJSON()).toEqual(
        manuscript.toJSON(),
      );
      expect(readLiveDoc(buildLiveDoc(Y.encodeStateAsUpdateV2(doc))).manuscript.eq(manuscript)).toBe(true);
    }
  });

  it('is mended where two writers have emptied a list together', () => {
    const doc = liveDocOf(randomManuscript(dice(3), 40));
    const list = fragmentOf(doc)
      .toArray()
      .find((child) => child instanceof Y.XmlElement && child.nodeName === 'bulletList') as Y.XmlElement;
    list.delete(0, list.length);
    const { manuscript, problems } = readLiveDoc(doc);
    expect(problems.length).toBeGreaterThan(0);
    expect(() => manuscript.check()).not.toThrow();
  });

  it('gives blocks that have no id, or the id of another, one that all readers find', () => {
    const doc = liveDocOf(manuscriptOf('One', 'Two', 'Three'));
    const [first, second, third] = fragmentOf(doc).toArray() as Y.XmlElement[];
    second?.setAttribute('id', first?.getAttribute('id') ?? '');
    third?.removeAttribute('id');
    const ids = (from: Y.Doc): unknown[] =>
      (readLiveDoc(from).manuscript.toJSON() as { content: { attrs: { id: string } }[] }).content.map(
        ({ attrs }) => attrs.id,
      );
    const here = ids(doc);
    expect(new Set(here).size).toBe(3);
    expect(here[0]).toBe(first?.getAttribute('id'));
    expect(ids(buildLiveDoc(Y.encodeStateAsUpdateV2(doc)))).toEqual(here);
  });
});

describe('an update', () => {
  it('changes a document by what it holds, and by nothing that the document makes of it', () => {
    const ours = newLiveDoc();
    const another = new Y.Doc();
    const heard = { ours: 0, another: 0 };
    ours.on('update', () => (heard.ours += 1));
    another.on('update', () => (heard.another += 1));
    const [mary, percy] = [liveDocOf(manuscriptOf('It was a dark and stormy night.')), newLiveDoc()];
    Y.applyUpdate(percy, Y.encodeStateAsUpdate(mary));
    const text = (doc: Y.Doc): Y.XmlText => firstElement(doc).get(0) as Y.XmlText;
    // one makes words strong that the other strikes out at the same time: the marks that are left look needless
    text(mary).format(3, 10, { strong: {} });
    text(percy).delete(3, 10);
    const updates = [mary, percy].map((doc) => Y.encodeStateAsUpdate(doc));
    for (const update of updates) {
      Y.applyUpdate(ours, update);
      Y.applyUpdate(another, update);
    }
    expect(heard).toEqual({ ours: 2, another: 3 });
  });

  it('of an honest editor is always taken', () => {
    for (const seed of SEEDS) {
      const random = dice(seed);
      const doc = liveDocOf(randomManuscript(random));
      for (let step = 0; step < 5; step += 1) {
        const next = randomManuscript(random, 3 + random.pick(12));
        const update = updateOf(doc, (copy) =>
          updateYFragment(copy, fragmentOf(copy), next, { mapping: new Map(), isOMark: new Map() }),
        );
        expect(refusalOf(doc, update), `seed ${seed}, step ${step}`).toBeUndefined();
        Y.applyUpdate(doc, update);
      }
    }
  });

  it('of a client that was away is taken with everything that it holds', () => {
    const server = liveDocOf(manuscriptOf('One', 'Two'));
    const client = newLiveDoc();
    Y.applyUpdate(client, Y.encodeStateAsUpdate(server));
    for (let index = 0; index < 50; index += 1) {
      (firstElement(client).get(0) as Y.XmlText).insert(0, `${index} `);
      if (index % 7 === 0) fragmentOf(client).delete(fragmentOf(client).length - 1, 1);
      if (index % 5 === 0)
        fragmentOf(client).insert(
          0,
          fragmentOf(liveDocOf(manuscriptOf('New')))
            .toArray()
            .map((node) => node.clone()) as Y.XmlElement[],
        );
    }
    expect(refusalOf(server, Y.encodeStateAsUpdate(client))).toBeUndefined();
    expect(refusalOf(server, Y.encodeStateAsUpdate(client, Y.encodeStateVector(server)))).toBeUndefined();
  });

  const plain = liveDocOf(manuscriptOf('It was a dark and stormy night.', 'The rain fell.'));
  it.each(Object.entries(hostileChanges))('that holds %s is refused', (_, attack) => {
    expect(refusalOf(plain, updateOf(plain, attack))).toBe('invalid');
  });

  it('that builds on changes which are not here is told apart from a wrong one', () => {
    const copy = newLiveDoc();
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(plain));
    const text = firstElement(copy).get(0) as Y.XmlText;
    const sent: Uint8Array[] = [];
    copy.on('update', (update: Uint8Array) => sent.push(update));
    text.insert(0, 'a');
    text.insert(1, 'b');
    text.delete(0, 1);
    const [first, second, third] = sent as [Uint8Array, Uint8Array, Uint8Array];
    expect(refusalOf(plain, second)).toBe('out-of-order');
    expect(refusalOf(plain, third)).toBe('out-of-order');
    expect(refusalOf(plain, Y.mergeUpdates([first, third]))).toBeUndefined();
    expect(refusalOf(plain, Y.mergeUpdates([second, third]))).toBe('out-of-order');
  });

  it('of garbage, cut, turned or bent bytes breaks nothing: it is refused, or it is harmless', () => {
    const honest = updateOf(plain, (copy) => {
      (firstElement(copy).get(0) as Y.XmlText).insert(3, 'really ', { emphasis: {} });
      fragmentOf(copy).insert(1, [
        fragmentOf(liveDocOf(manuscriptOf('New')))
          .get(0)
          .clone(),
      ]);
      fragmentOf(copy).delete(2, 1);
    });
    const random = dice(7);
    let taken = 0;
    for (let round = 0; round < 6_000; round += 1) {
      const bytes =
        round % 3 === 0
          ? Uint8Array.from({ length: random.pick(60) }, () => random.pick(256))
          : Uint8Array.from(honest.subarray(0, round % 3 === 1 ? honest.length : random.pick(honest.length)));
      for (let bent = random.pick(4); bent > 0 && bytes.length > 0; bent -= 1)
        bytes[random.pick(bytes.length)] = random.pick(256);
      const doc = newLiveDoc();
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(plain));
      if (refusalOf(doc, bytes) !== undefined) continue;
      taken += 1;
      Y.applyUpdate(doc, bytes);
      expect(doc.store.pendingStructs, `round ${round}`).toBeNull();
      expect(doc.store.pendingDs, `round ${round}`).toBeNull();
      expect([...doc.share.keys()]).toEqual([FRAGMENT]);
      const whole = newLiveDoc();
      expect(refusalOf(whole, Y.encodeStateAsUpdate(doc)), `round ${round}`).toBeUndefined();
    }
    expect(taken).toBeGreaterThan(50);
  });

  it('that names a billion parts is refused before memory is taken for them', () => {
    const bomb = Uint8Array.from([1, 0xff, 0xff, 0xff, 0x0e, 1, 0, 0]);
    const before = process.memoryUsage().rss;
    for (let round = 0; round < 100; round += 1) expect(refusalOf(plain, bomb)).toBe('invalid');
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1024 * 1024);
  });
});

describe('a text that is written over a live document', () => {
  const sizeOfChange = (doc: Y.Doc, wanted: DocNode): number => {
    const before = Y.encodeStateVector(doc);
    changeLiveDoc(doc, wanted);
    return Y.encodeStateAsUpdate(doc, before).length;
  };

  it('is what the document says then, whatever it said before', () => {
    for (const seed of SEEDS) {
      const random = dice(seed);
      const doc = liveDocOf(randomManuscript(random));
      for (let step = 0; step < 4; step += 1) {
        const wanted = randomManuscript(random, 1 + random.pick(14));
        const given = changeLiveDoc(doc, wanted);
        expect(readLiveDoc(doc).manuscript.toJSON(), `seed ${seed}, step ${step}`).toEqual(given.toJSON());
        expect(withoutIds(given)).toEqual(withoutIds(wanted));
        const fresh = newLiveDoc();
        expect(refusalOf(fresh, Y.encodeStateAsUpdate(doc))).toBeUndefined();
      }
    }
  });

  it('changes nothing where it says the same', () => {
    const manuscript = randomManuscript(dice(5), 30);
    const doc = liveDocOf(manuscript);
    const before = Y.encodeStateAsUpdate(doc);
    changeLiveDoc(doc, manuscript);
    expect(Y.encodeStateAsUpdate(doc)).toEqual(before);
  });

  it('touches only the words that differ, and keeps the ids of all blocks', () => {
    const doc = liveDocOf(plainManuscript(dice(1), 2_000));
    const before = readLiveDoc(doc).manuscript;
    const json = JSON.parse(JSON.stringify(before.toJSON())) as {
      content: { attrs: { id: string | null }; content: { text: string }[] }[];
    };
    const changed = json.content[7]?.content[0];
    if (changed) changed.text = `${changed.text.slice(0, 20)} suddenly ${changed.text.slice(20)}`;
    for (const block of json.content) block.attrs.id = null;
    json.content.splice(3, 1);
    const wanted = checkManuscript(json);
    if (!wanted.ok) throw new Error('not a manuscript');
    const cursor = Y.createRelativePositionFromTypeIndex(
      (fragmentOf(doc).get(7) as Y.XmlElement).get(0) as Y.XmlText,
      200,
    );
    const update = sizeOfChange(doc, wanted.doc);
    expect(update).toBeLessThan(120);
    const after = readLiveDoc(doc).manuscript;
    const ids = (of: DocNode): unknown[] => of.children.map((block) => block.attrs['id']);
    expect(ids(after)).toEqual(ids(before).filter((_, index) => index !== 3));
    expect(Y.createAbsolutePositionFromRelativePosition(cursor, doc)?.index).toBeGreaterThan(200);
  });

  it('keeps a change that another writer makes at the same time', () => {
    const doc = liveDocOf(manuscriptOf('The lamp burned low.', 'She waited.'));
    const other = buildLiveDoc(Y.encodeStateAsUpdateV2(doc));
    ((fragmentOf(other).get(1) as Y.XmlElement).get(0) as Y.XmlText).insert(4, 'still ');
    changeLiveDoc(doc, manuscriptOf('The lamp burned very low.', 'She waited.'));
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
    expect(readLiveDoc(doc).manuscript.children.map((block) => block.textContent)).toEqual([
      'The lamp burned very low.',
      'She still waited.',
    ]);
  });
});

describe('the blocks that a change touches', () => {
  const touchedBy = (doc: Y.Doc, change: () => void): Set<string> => {
    const touched = new Set<string>();
    const collect = (transaction: Y.Transaction): void => {
      for (const id of touchedBlocks(transaction)) touched.add(id);
    };
    doc.on('afterTransaction', collect);
    doc.transact(change);
    doc.off('afterTransaction', collect);
    return touched;
  };
  const idsOf = (doc: Y.Doc): string[] =>
    (fragmentOf(doc).toArray() as Y.XmlElement[]).map((block) => block.getAttribute('id') ?? '');

  it('are the one that was written in, the new ones, and those that are gone', () => {
    const doc = liveDocOf(manuscriptOf('One', 'Two', 'Three'));
    const [one = '', two = '', three = ''] = idsOf(doc);
    expect(touchedBy(doc, () => (firstElement(doc).get(0) as Y.XmlText).insert(0, 'x'))).toEqual(new Set([one]));
    expect(touchedBy(doc, () => fragmentOf(doc).delete(1, 1))).toEqual(new Set([two]));
    const fresh = fragmentOf(liveDocOf(manuscriptOf('Four')))
      .get(0)
      .clone() as Y.XmlElement;
    const touched = touchedBy(doc, () => fragmentOf(doc).insert(2, [fresh]));
    expect(touched).toEqual(new Set([idsOf(doc)[2]]));
    expect(blockIdsOf(doc)).toEqual(new Set([one, three, idsOf(doc)[2]]));
  });

  it('name the old id and the new one of a block that was renamed', () => {
    const doc = liveDocOf(manuscriptOf('One'));
    const [one] = idsOf(doc);
    expect(touchedBy(doc, () => firstElement(doc).setAttribute('id', 'abcdefghijkl'))).toEqual(
      new Set([one, 'abcdefghijkl']),
    );
  });

  it('name the paragraph around a footnote, and the quote around a paragraph', () => {
    for (const seed of SEEDS) {
      const doc = liveDocOf(randomManuscript(dice(seed), 30));
      const ids = blockIdsOf(doc);
      const deep = [...fragmentOf(doc).createTreeWalker((node) => node instanceof Y.XmlText)] as unknown as Y.XmlText[];
      const text = deep.at(-1);
      if (!text) continue;
      const touched = touchedBy(doc, () => text.insert(0, 'x'));
      const around: string[] = [];
      for (let at = text.parent; at instanceof Y.XmlElement; at = at.parent) around.push(at.getAttribute('id') ?? '');
      expect(touched).toEqual(new Set(around));
      expect([...touched].every((id) => ids.has(id))).toBe(true);
    }
  });
});
