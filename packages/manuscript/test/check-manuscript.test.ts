import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkManuscript, mendManuscript } from '../src/schema/index.ts';
import { anyRawManuscript } from './arbitrary-manuscript.ts';
import { outline } from './writing.ts';

const docOf = (...content: unknown[]) => ({ type: 'doc', content });
const paragraphOf = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] });

const problemsOf = (json: unknown, limits = {}) => {
  const checked = checkManuscript(json, limits);
  return checked.ok ? [] : checked.problems.map(({ path, message }) => `${path}: ${message}`);
};

describe('a document that somebody sends', () => {
  it('is taken when the schema allows it, whatever it is', () => {
    fc.assert(
      fc.property(anyRawManuscript, (written) => {
        const checked = checkManuscript(JSON.parse(JSON.stringify(written.toJSON())));
        expect(checked.ok).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['no object', 'text', ': must be an object of type "doc"'],
    ['another root', { type: 'paragraph' }, ': must be an object of type "doc"'],
    ['an unknown node', docOf({ type: 'video' }), 'content[0]: unknown node "video"'],
    ['a document within', docOf({ type: 'doc' }), 'content[0]: unknown node "doc"'],
    ['an unknown key', docOf({ ...paragraphOf('x'), onclick: 'x' }), 'content[0]: unknown key "onclick"'],
    [
      'an unknown attribute',
      docOf({ type: 'paragraph', attrs: { style: 'x' } }),
      'content[0].attrs: unknown attribute "style" of paragraph',
    ],
    [
      'a wrong attribute',
      docOf({ type: 'heading', attrs: { level: '2' } }),
      'content[0].attrs.level: must be a whole number from 1 to 4',
    ],
    [
      'an unknown mark',
      docOf({ type: 'paragraph', content: [{ type: 'text', text: 'x', marks: [{ type: 'blink' }] }] }),
      'content[0].content[0].marks[0]: unknown mark "blink"',
    ],
    [
      'a mark on code',
      docOf({ type: 'codeBlock', content: [{ type: 'text', text: 'x', marks: [{ type: 'emphasis' }] }] }),
      'content[0].content[0].marks[0]: a codeBlock takes no mark emphasis',
    ],
    [
      'empty text',
      docOf({ type: 'paragraph', content: [{ type: 'text', text: '' }] }),
      'content[0].content[0].text: must be text of at least one character',
    ],
    ['text between blocks', docOf({ type: 'text', text: 'x' }), ': a text cannot stand here: a doc contains block+'],
    ['an empty quote', docOf({ type: 'blockquote' }), 'content[0]: a blockquote must contain block+'],
    [
      'a footnote in a footnote',
      docOf({ type: 'paragraph', content: [{ type: 'footnote', content: [{ type: 'footnote' }] }] }),
      'content[0].content[0]: a footnote cannot stand here: a footnote contains (text | hardBreak)*',
    ],
    ['content that is no list', docOf({ type: 'paragraph', content: 'x' }), 'content[0].content: must be a list'],
  ])('is refused for %s, by name and place', (_what, json, problem) => {
    expect(problemsOf(json)).toContain(problem);
  });

  it('is refused when it is nested 100,000 deep, without overflowing the stack', () => {
    let node: unknown = paragraphOf('x');
    for (let depth = 0; depth < 100_000; depth++) node = { type: 'blockquote', content: [node] };
    expect(problemsOf(docOf(node))).toHaveLength(1);
    expect(problemsOf(docOf(node))[0]).toMatch(/nodes are nested more than 64 deep$/);
    expect(outline(mendManuscript(docOf(node)).doc)).toHaveLength(1);
  });

  it('is refused when it nests 100,000 unknown nodes, and mending it does not overflow the stack either', () => {
    let node: unknown = paragraphOf('x');
    for (let depth = 0; depth < 100_000; depth++) node = { type: 'unknown', content: [node] };
    expect(problemsOf(docOf(node))[0]).toBe('content[0]: unknown node "unknown"');
    expect(outline(mendManuscript(docOf(node)).doc)).toEqual(['paragraph']);
  });

  it('is refused above its limits, each of them named', () => {
    const many = docOf(...Array.from({ length: 30 }, () => paragraphOf('word')));
    expect(problemsOf(many, { blocks: 20 })).toEqual(['content[20]: the document has more than 20 blocks']);
    expect(problemsOf(many, { inlines: 10 })).toEqual([
      'content[10].content[0]: the document has more than 10 inlines',
    ]);
    expect(problemsOf(many, { characters: 50 })).toEqual([
      'content[12].content[0]: the document has more than 50 characters',
    ]);
    expect(problemsOf(many, { blocks: 30, inlines: 30, characters: 120, depth: 2 })).toEqual([]);
  });

  it('lists no more than 50 problems, however many there are', () => {
    expect(problemsOf(docOf(...Array.from({ length: 100_000 }, () => ({ type: 'x' }))))).toHaveLength(50);
  });

  it('cannot change what objects are: __proto__ and constructor are unknown names like others', () => {
    const json: unknown = JSON.parse(
      '{"type":"doc","__proto__":{"polluted":1},"content":[{"type":"__proto__"},{"type":"constructor"},{"type":"paragraph","attrs":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}},' +
        '{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"toString"},{"type":"hasOwnProperty"}]}]}]}',
    );
    expect(problemsOf(json)).toEqual([
      ': unknown key "__proto__"',
      'content[0]: unknown node "__proto__"',
      'content[1]: unknown node "constructor"',
      'content[2].attrs: unknown attribute "__proto__" of paragraph',
      'content[2].attrs: unknown attribute "constructor" of paragraph',
      'content[3].content[0].marks[0]: unknown mark "toString"',
      'content[3].content[0].marks[1]: unknown mark "hasOwnProperty"',
    ]);
    mendManuscript(json);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('loses the characters that no book can hold, and nothing else', () => {
    const checked = checkManuscript(docOf(paragraphOf('a\u0000b\ud800c\ufffed\te'), paragraphOf('\u0000')));
    expect(checked.ok && outline(checked.doc)).toEqual(["paragraph('abcd\\te')", 'paragraph']);
  });

  it('may be empty, as a scene is that nobody has written in yet', () => {
    for (const json of [{ type: 'doc' }, { type: 'doc', content: [] }]) {
      const checked = checkManuscript(json);
      expect(checked.ok && outline(checked.doc)).toEqual(['paragraph']);
    }
  });
});

describe('a live document that must not be refused', () => {
  it('is kept as it is when nothing is wrong', () => {
    fc.assert(
      fc.property(anyRawManuscript, (written) => {
        const json: unknown = JSON.parse(JSON.stringify(written.toJSON()));
        const checked = checkManuscript(json);
        const mended = mendManuscript(json);
        expect(mended.problems).toEqual([]);
        expect(checked.ok && checked.doc.toJSON()).toEqual(mended.doc.toJSON());
      }),
      { numRuns: 200 },
    );
  });

  it('keeps what fits, and says what it left out', () => {
    const { doc, problems } = mendManuscript(
      docOf(
        { type: 'blockquote', content: [] },
        { type: 'suggestion', content: [paragraphOf('kept')] },
        { type: 'heading', attrs: { level: 9, colour: 'red' }, content: [{ type: 'text', text: 'Level' }] },
        { type: 'text', text: 'bare' },
        {
          type: 'bulletList',
          content: [{ type: 'listItem', content: [{ type: 'heading', content: [{ type: 'text', text: 'in' }] }] }],
        },
        {
          type: 'paragraph',
          content: [{ type: 'text', text: 'x', marks: [{ type: 'link', attrs: { href: 'javascript:x' } }] }],
        },
      ),
    );
    expect(outline(doc)).toEqual([
      'blockquote(paragraph)',
      "paragraph('kept')",
      "heading('Level')",
      "paragraph('bare')",
      "bulletList(listItem(paragraph, heading('in')))",
      "paragraph('x')",
    ]);
    expect(problems).toHaveLength(7);
  });

  it('becomes a valid document, whatever was sent', () => {
    const anything = fc.letrec((tie) => ({
      node: fc.record(
        {
          type: fc.constantFrom(
            'doc',
            'paragraph',
            'heading',
            'blockquote',
            'verse',
            'stanza',
            'verseLine',
            'bulletList',
            'listItem',
            'image',
            'codeBlock',
            'hardBreak',
            'footnote',
            'sceneBreak',
            'text',
            'x',
            '__proto__',
          ),
          attrs: fc.option(
            fc.dictionary(
              fc.constantFrom('id', 'level', 'kind', 'align', 'fileId', 'href'),
              fc.constantFrom(1, 'center', 'x', null),
            ),
            { nil: undefined },
          ),
          content: fc.option(fc.array(tie('node'), { maxLength: 4 }), { nil: undefined }),
          text: fc.constantFrom(undefined, 'a', '', 5),
          marks: fc.option(
            fc.array(fc.record({ type: fc.constantFrom('emphasis', 'code', 'link', 'x') }), { maxLength: 2 }),
            { nil: undefined },
          ),
        },
        { requiredKeys: [] },
      ),
    }));
    fc.assert(
      fc.property(
        fc.oneof(
          anything.node,
          fc.array(anything.node).map((content) => docOf(...content)),
          fc.jsonValue(),
        ),
        (json) => {
          const { doc, problems } = mendManuscript(json);
          doc.check();
          expect(problems.length === 0).toBe(checkManuscript(json).ok);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
