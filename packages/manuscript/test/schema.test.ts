import fc from 'fast-check';
import { JSDOM } from 'jsdom';
import { DOMParser, DOMSerializer } from 'prosemirror-model';
import { prosemirrorToYXmlFragment, yXmlFragmentToProseMirrorRootNode } from 'y-prosemirror';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import {
  type DocNode,
  isAllowedHref,
  isBlockId,
  isOrnament,
  manuscriptMarks,
  manuscriptNodes,
  manuscriptSchema,
  newBlockId,
  normalForm,
  normaliseHref,
  normaliseManuscript,
} from '../src/schema/index.ts';
import { anyManuscript, withoutIds } from './arbitrary-manuscript.ts';
import { doc, outline, p } from './writing.ts';

const { window } = new JSDOM('');
const { document } = window;

const toHtml = (node: DocNode): string => {
  const container = document.createElement('div');
  container.append(DOMSerializer.fromSchema(manuscriptSchema).serializeFragment(node.content, { document }));
  return container.innerHTML;
};

const paste = (html: string, preserveWhitespace: boolean | 'full' = false): DocNode => {
  const container = document.createElement('div');
  container.innerHTML = html;
  return DOMParser.fromSchema(manuscriptSchema).parse(container, { preserveWhitespace });
};

const json = (node: DocNode): unknown => JSON.parse(JSON.stringify(node.toJSON()));

describe('the schema of a manuscript', () => {
  it('lets everything be copied and pasted within the editor, ids included', () => {
    fc.assert(
      fc.property(anyManuscript, (written) => {
        const copied = normaliseManuscript(normalForm(written));
        expect(paste(toHtml(copied), 'full').toJSON()).toEqual(copied.toJSON());
      }),
      { numRuns: 150 },
    );
  });

  it('survives the live document: what Yjs keeps is what was written', () => {
    fc.assert(
      fc.property(anyManuscript, (written) => {
        const ours = new Y.Doc();
        prosemirrorToYXmlFragment(written, ours.getXmlFragment('text'));
        const theirs = new Y.Doc();
        Y.applyUpdate(theirs, Y.encodeStateAsUpdate(ours));
        const read = yXmlFragmentToProseMirrorRootNode(theirs.getXmlFragment('text'), manuscriptSchema);
        expect(json(read)).toEqual(json(written));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps null as the default of every attribute that may be null, because Yjs keeps no null', () => {
    const specs = Object.entries({ ...manuscriptNodes, ...manuscriptMarks });
    for (const [name, spec] of specs) {
      for (const [attribute, rule] of Object.entries('attrs' in spec ? (spec.attrs ?? {}) : {})) {
        let takesNull = true;
        try {
          if (typeof rule.validate === 'function') rule.validate(null);
        } catch {
          takesNull = false;
        }
        expect(takesNull, `${name}.${attribute}`).toBe(rule.default === null);
      }
    }
  });

  it('takes what Word, Google Docs and web pages put on the clipboard', () => {
    const read = paste(
      '<b style="font-weight:normal"><p style="text-align:center"><span style="font-style:italic">Dear</span> <i>all</i></p></b>' +
        '<p><span lang="EN-US">in <b>bold</b> and <span style="font-variant:small-caps">small</span></span></p>' +
        '<h6>Deep</h6><hr><p>a<sup>2</sup> <a href="https://example.com" onclick="x()">link</a> <a href="javascript:x()">no</a></p>',
    );
    expect(outline(read)).toEqual([
      "paragraph(emphasis('Dear'), ' ', emphasis('all'))",
      "paragraph('in ', strong('bold'), ' and ', smallCaps('small'))",
      "heading('Deep')",
      'sceneBreak',
      "paragraph('a', superscript('2'), ' ', link('link'), ' no')",
    ]);
    expect(read.firstChild?.attrs.align).toBe('center');
    expect(read.child(2).attrs.level).toBe(4);
  });

  it('refuses attributes of the wrong kind wherever a node is made', () => {
    const { nodes } = manuscriptSchema;
    expect(() => nodes.heading.create({ level: 5 })).toThrow('must be a whole number from 1 to 4');
    expect(() => nodes.paragraph.create({ id: 'short' })).toThrow('12 letters and digits');
    expect(() => nodes.image.create({ fileId: '../../etc' })).toThrow('a file id');
    expect(() => manuscriptSchema.marks.language.create({ lang: 'not a tag' })).toThrow('BCP 47');
  });
});

describe('the address of a link', () => {
  it.each([
    'https://example.com',
    'http://example.com/a?b#c',
    'mailto:mara@example.com',
    '#chapter-2',
    'HTTPS://EXAMPLE.COM/',
  ])('may be %s', (href) => expect(isAllowedHref(href)).toBe(true));

  it.each([
    '',
    '#',
    'chapter-2.xhtml',
    '/shelf',
    '//example.com',
    'https://',
    'https:',
    'http:///x',
    'ftp://example.com',
    'mailto:',
  ])('may not be %j', (href) => expect(isAllowedHref(href)).toBe(false));

  it('is tidied as browsers do: what they ignore goes, what an address may not hold is escaped', () => {
    expect(normaliseHref('  https://exa\nmple.com/a b"c\t ')).toBe('https://example.com/a%20b%22c');
    expect(normaliseHref('java\nscript:x')).toBeNull();
    expect(normaliseHref(`https://example.com/${'a'.repeat(5000)}`)).toBeNull();
    expect(normaliseHref('https://example.com/\ud800')).toBeNull();
  });

  it('stays as it is when it is tidied twice', () => {
    fc.assert(
      fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (url) => {
        const once = normaliseHref(url);
        expect(once === null ? null : normaliseHref(once)).toBe(once);
      }),
    );
  });
});

describe('the id of a block', () => {
  it('is 12 letters and digits, and never the same twice', () => {
    const ids = new Set(Array.from({ length: 20_000 }, newBlockId));
    expect(ids.size).toBe(20_000);
    for (const id of ids) expect(isBlockId(id)).toBe(true);
  });

  it('uses every letter about equally often', () => {
    const counts = new Map<string, number>();
    for (let index = 0; index < 20_000; index++)
      for (const letter of newBlockId()) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    expect(counts.size).toBe(62);
    // 240,000 letters: 3,871 of each on average, with a deviation of 62.
    for (const count of counts.values()) expect(Math.abs(count - 3871)).toBeLessThan(6 * 62);
  });
});

describe('a manuscript in order', () => {
  it('has an id on every block, and no id twice: the first block that has it keeps it', () => {
    const { nodes } = manuscriptSchema;
    const id = newBlockId();
    const copied = nodes.doc.create(null, [
      nodes.paragraph.create({ id }),
      nodes.paragraph.create({ id }),
      nodes.paragraph.create(),
    ]);
    const ids = normaliseManuscript(copied).children.map((block) => String(block.attrs.id));
    expect(ids[0]).toBe(id);
    expect(new Set(ids).size).toBe(3);
    expect(ids.every(isBlockId)).toBe(true);
  });

  it('is the very same object when it was in order already', () => {
    fc.assert(
      fc.property(anyManuscript, (written) => {
        expect(normaliseManuscript(written)).toBe(written);
      }),
      { numRuns: 100 },
    );
  });

  it('has one text where two with the same marks met, no marks on line breaks, no characters that no book can hold', () => {
    const raw = manuscriptSchema.nodeFromJSON({
      type: 'doc',
      content: [
        {
          type: 'paragraph',
          content: [
            { type: 'text', text: 'She\u0000 ' },
            { type: 'text', text: 'said\u0093' },
            { type: 'hardBreak', marks: [{ type: 'emphasis' }] },
          ],
        },
      ],
    });
    expect(outline(normaliseManuscript(raw))).toEqual(["paragraph('She said“', hardBreak)"]);
  });

  it('has a paragraph to write in, even when it is empty', () => {
    expect(outline(normaliseManuscript(manuscriptSchema.nodes.doc.create()))).toEqual(['paragraph']);
  });
});

describe('the normal form', () => {
  it('is reached in one step', () => {
    fc.assert(
      fc.property(anyManuscript, (written) => {
        const once = normalForm(written);
        once.check();
        expect(withoutIds(normalForm(once))).toEqual(withoutIds(once));
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the words and the ids', () => {
    const written = doc(p('The  sea\n was ', 'calm. '), p('* * *'));
    const normal = normalForm(written);
    expect(outline(normal)).toEqual(["paragraph('The sea was calm.')", 'sceneBreak']);
    expect(normal.children.map((block) => block.attrs.id)).toEqual(written.children.map((block) => block.attrs.id));
  });
});

describe('an ornament', () => {
  it.each([
    '* * *',
    '***',
    '*',
    '#',
    '# # #',
    '⁂',
    '❦',
    '~',
    '• • •',
    '---',
    '— — —',
    '___',
    '~ * ~',
    '◆ ◇ ◆',
    '＊　＊　＊',
  ])('is a scene break: %s', (sign) => expect(isOrnament(sign)).toBe(true));

  it.each(['', ' ', '—', '…', '...', '?', '!', '-', '* a *', '1', '§ 2', '*'.repeat(80)])(
    'is none, but somebody’s words: %j',
    (sign) => expect(isOrnament(sign)).toBe(false),
  );
});
