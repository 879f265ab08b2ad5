import { fromMarkdown } from '@authorworks/manuscript/markdown';
import { describe, expect, it } from 'vitest';
import { groupChapters, inReadingOrder } from '../src/compile/reading-order.ts';
import { hashOfEdition } from '../src/edition/canonical-form.ts';
import { slugOf } from '../src/edition/slug.ts';
import { divideManuscript } from '../src/import/divide-manuscript.ts';
import { refusalOf } from '../src/import/formats/index.ts';
import type { ImportedNode } from '../src/import/imported-book.ts';
import { prepareBook } from '../src/import/prepare-book.ts';
import { renameImages } from '../src/import/rename-images.ts';
import { decodeText } from '../src/import/formats/decode-text.ts';
import { openText, sealText } from '../src/scene/sealed-text.ts';

const node = (id: string, kind: string, parentId: string | null = null, matter = 'body') => ({
  id,
  kind,
  parentId,
  matter,
  title: id,
});

describe('the address of a book', () => {
  it.each([
    ['The Tide Clerk', 'the-tide-clerk'],
    ["Harry's Game", 'harrys-game'],
    ['Война и мир', 'voyna-i-mir'],
    ['Über allen Gipfeln', 'uber-allen-gipfeln'],
    ['吾輩は猫である', 'wubeihamaodearu'],
    ['  — 1984 —  ', '1984'],
    ['???', 'book'],
    ["'; DROP TABLE book; --", 'drop-table-book'],
  ])('of “%s” is %s', (title, slug) => expect(slugOf(title)).toBe(slug));

  it('is short, ends with a whole word, and fits its contract', () => {
    const slug = slugOf(
      'An Account of the Manners and Customs of the Modern Egyptians, Written in Egypt During the Years',
    );
    expect(slug).toBe('an-account-of-the-manners-and-customs-of-the-modern-egyptians-written-in-egypt');
    expect(slugOf('a'.repeat(500))).toHaveLength(80);
  });
});

describe('the order in which a book is read', () => {
  it('has front matter before and back matter behind the body, but leaves scenes where they are', () => {
    const rows = [
      node('notes', 'chapter', null, 'back'),
      node('one', 'chapter'),
      node('b', 'scene', 'one', 'back'),
      node('a', 'scene', 'one', 'front'),
      node('motto', 'chapter', null, 'front'),
    ];
    expect(inReadingOrder(rows).map(({ id }) => id)).toEqual(['motto', 'one', 'b', 'a', 'notes']);
  });

  it('groups scenes outside of chapters into chapters of their own', () => {
    const rows = [
      node('s1', 'scene'),
      node('s2', 'scene'),
      node('p', 'part'),
      node('s3', 'scene', 'p'),
      node('c', 'chapter', 'p'),
      node('s4', 'scene', 'c'),
      node('s5', 'scene', 'p'),
      node('s6', 'scene'),
    ];
    const chapters = groupChapters(rows).map(({ id, kind, depth, partTitle, scenes }) => [
      id,
      kind,
      depth,
      partTitle,
      scenes.map((scene) => scene.id).join(' '),
    ]);
    expect(chapters).toEqual([
      ['s1', 'chapter', 0, null, 's1 s2'],
      ['p', 'part', 0, null, ''],
      ['s3', 'chapter', 1, 'p', 's3'],
      ['c', 'chapter', 1, 'p', 's4'],
      ['s5', 'chapter', 1, 'p', 's5'],
      ['s6', 'chapter', 0, null, 's6'],
    ]);
  });
});

describe("an edition's hash", () => {
  const edition = {
    title: 'A',
    subtitle: '',
    authorName: 'B',
    description: '',
    language: 'en',
    coverFileId: null,
    nodes: [
      {
        ...node('s', 'scene'),
        hash: 'f'.repeat(64),
      },
    ],
  };
  it('is the same for the same manuscript and another for any change', () => {
    const hash = hashOfEdition(edition);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(hashOfEdition(structuredClone(edition))).toBe(hash);
    const changed = [
      { ...edition, title: 'A ' },
      // what moves from one field to the next must not look the same
      { ...edition, title: '', subtitle: 'A' },
      { ...edition, nodes: [{ ...node('s', 'scene'), hash: 'e'.repeat(64) }] },
      { ...edition, nodes: [] },
    ];
    expect(new Set([hash, ...changed.map(hashOfEdition)]).size).toBe(changed.length + 1);
  });
});

const outline = (nodes: readonly ImportedNode[]): string[] =>
  nodes.flatMap(({ kind, title, matter, children, doc }) => [
    `${kind} ${title}${matter === 'body' ? '' : ` (${matter})`}${doc ? `: ${doc.textContent}` : ''}`,
    ...outline(children).map((line) => `  ${line}`),
  ]);
const divide = (markdown: string, known?: string) => divideManuscript(fromMarkdown(markdown).doc, known);

describe('a long document', () => {
  it('is divided into chapters by its headings and into scenes by its breaks', () => {
    const { title, nodes } = divide('# One\n\nFirst.\n\n* * *\n\nSecond.\n\n# Two\n\nThird.');
    expect(title).toBe('');
    expect(outline(nodes)).toEqual([
      'chapter One',
      '  scene : First.',
      '  scene : Second.',
      'chapter Two',
      '  scene : Third.',
    ]);
  });

  it('takes the only heading above all others for its title, and what stands below it for front matter', () => {
    const { title, nodes } = divide('# The Sea\n\nFor Ann.\n\n## One\n\nFirst.\n\n## Two\n\nSecond.');
    expect(title).toBe('The Sea');
    expect(outline(nodes)).toEqual([
      'chapter  (front)',
      '  scene  (front): For Ann.',
      'chapter One',
      '  scene : First.',
      'chapter Two',
      '  scene : Second.',
    ]);
  });

  it('takes a first heading for its title when the file calls itself so, whatever its level', () => {
    const { title, nodes } = divide('# The Sea\n\n# One\n\nFirst.', 'The Sea');
    expect([title, ...outline(nodes)]).toEqual(['The Sea', 'chapter One', '  scene : First.']);
  });

  it('finds parts where the highest headings hold nothing but chapters', () => {
    const { nodes } = divide('# Part One\n\n## A\n\na\n\n## B\n\nb\n\n# Part Two\n\n## C\n\nc\n\n## Afterword\n\nd');
    expect(outline(nodes)).toEqual([
      'part Part One',
      '  chapter A',
      '    scene : a',
      '  chapter B',
      '    scene : b',
      'part Part Two',
      '  chapter C',
      '    scene : c',
      'chapter Afterword (back)',
      '  scene  (back): d',
    ]);
  });

  it('keeps lower headings in the text of a chapter', () => {
    const { nodes } = divide('# One\n\nText.\n\n## A letter\n\nDear.\n\n# Two\n\nMore.');
    expect(outline(nodes)).toEqual(['chapter One', '  scene : Text.A letterDear.', 'chapter Two', '  scene : More.']);
  });

  it('is one chapter when it has no headings', () => {
    expect(outline(divide('Text.').nodes)).toEqual(['chapter ', '  scene : Text.']);
  });
});

describe('an imported book', () => {
  const book = {
    title: '',
    language: 'klingon!',
    authors: ['Mary\0 Shelley', ' '],
    description: '',
    images: [],
    coverName: null,
    notes: [],
  };
  it('is called after its file when it has no title, and has no language that is none', () => {
    const prepared = prepareBook('markdown', { ...book, nodes: divide('Text.').nodes }, 'the_time-machine.v2.md');
    expect(prepared).toMatchObject({ title: 'the time-machine.v2', language: '', authors: ['Mary Shelley'] });
    expect(prepared.nodes.map(({ parent, kind }) => [parent, kind])).toEqual([
      [null, 'chapter'],
      [0, 'scene'],
    ]);
  });

  it('is refused when there is no text in it', () => {
    expect(() => prepareBook('text', { ...book, nodes: divide('').nodes }, 'a.txt')).toThrow('There is no text');
  });

  it('is refused when it has more parts than a book can have', () => {
    const nodes = divide('# A\n\ntext\n\n'.repeat(2501)).nodes;
    expect(() => prepareBook('text', { ...book, nodes }, 'a.txt')).toThrow('more than 5000');
  });

  it('gets the names of stored files for its pictures, and keeps the captions of lost ones', () => {
    const picture = (fileId: string, caption: string) => ({
      type: 'image',
      attrs: { fileId },
      content: [
        {
          type: 'text',
          text: caption,
        },
      ],
    });
    const doc = openText({ type: 'doc', content: [picture('img-1', 'Kept'), picture('img-2', 'Lost')] });
    const renamed = renameImages(sealText(doc), new Map([['img-1', 'stored']]));
    expect(renamed.imageFileIds).toEqual(['stored']);
    expect(openText(renamed.doc).textContent).toBe('KeptLost');
  });
});

describe('the text of a file', () => {
  it('is read as UTF-8, as UTF-16 by its mark, and else as Windows-1252', () => {
    expect(decodeText(new TextEncoder().encode('\ufeffnaïve “text”')).text).toBe('naïve “text”');
    expect(decodeText(new Uint8Array([0xff, 0xfe, 0x41, 0x00])).text).toBe('A');
    expect(decodeText(new Uint8Array([0xfe, 0xff, 0x00, 0x41])).text).toBe('A');
    expect(decodeText(new Uint8Array([0x6e, 0x61, 0xef, 0x76, 0x65])).text).toBe('naïve');
  });

  it('is not taken from files that only call themselves text', () => {
    expect(refusalOf(new Uint8Array([0x4d, 0x5a, 0, 0, 3]), 'book.md')).toMatch(/neither an EPUB/);
    expect(refusalOf(new TextEncoder().encode('Text'), 'notes')).toBeNull();
  });
});
