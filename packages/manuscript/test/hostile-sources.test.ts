import { JSDOM } from 'jsdom';
import MarkdownIt from 'markdown-it';
import { DOMParser, DOMSerializer, type MarkSpec, type NodeSpec, Schema } from 'prosemirror-model';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { fromMarkdown, toMarkdown } from '../src/markdown/index.ts';
import {
  checkManuscript,
  type DocNode,
  manuscriptMarks,
  manuscriptNodes,
  manuscriptSchema,
  normalForm,
} from '../src/schema/index.ts';
import { fromXhtml, toXhtml } from '../src/xhtml/index.ts';
import { htmlVectors, markdownVectors } from './hostile-vectors.ts';

/** All that `toXhtml` may ever write. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  a: ['href', 'title', 'id', 'role', 'epub:type'],
  aside: ['id', 'role', 'epub:type'],
  blockquote: ['id', 'class', 'epub:type'],
  br: [],
  code: ['class'],
  div: ['id', 'class', 'epub:type'],
  em: [],
  figcaption: [],
  figure: ['id', 'class'],
  h1: ['id'],
  h2: ['id'],
  h3: ['id'],
  h4: ['id'],
  hr: ['id', 'class'],
  img: ['src', 'alt', 'title', 'width', 'height'],
  li: ['id'],
  ol: ['id', 'start'],
  p: ['id', 'class'],
  pre: ['id'],
  s: [],
  span: ['id', 'class', 'lang', 'xml:lang', 'dir'],
  strong: [],
  sub: [],
  sup: [],
  u: [],
  ul: ['id'],
};

const HREF = /^(?:https?:\/\/|mailto:|#)/;
const SRC = /^file:[0-9A-Za-z_-]{1,64}$/;

/** Reads a fragment as strict XML and refuses whatever is not known to be harmless. */
const expectHarmlessXml = (xhtml: string, source: string): void => {
  const parser = new SaxesParser({ xmlns: false });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'root') return;
    expect(Object.keys(ALLOWED), `${name} of ${source}`).toContain(name);
    for (const [attribute, value] of Object.entries(attributes)) {
      expect(ALLOWED[name], `${attribute} of ${source}`).toContain(attribute);
      if (attribute === 'href') expect(value, source).toMatch(HREF);
      if (attribute === 'src') expect(value, source).toMatch(SRC);
    }
  });
  parser.write(`<root>${xhtml}</root>`).close();
};

const { window } = new JSDOM('');
const { document } = window;
const browser = new window.DOMParser();

/** Reads HTML as a browser does, and returns what in it runs scripts or could. */
const dangersIn = (html: string): string[] => {
  const dangers: string[] = [];
  for (const element of browser
    .parseFromString(`<!DOCTYPE html><body>${html}</body>`, 'text/html')
    .querySelectorAll('body, body *')) {
    for (const { name, value } of element.attributes) {
      const isAddress = /^(?:href|src|action|formaction|data|xlink:href|srcdoc|poster|background)$/.test(name);
      const isScript =
        isAddress && /^[\s\p{Cc}]*(?:javascript|data|vbscript|blob):/iu.test(value.replace(/[\t\n\r]/g, ''));
      if (name.startsWith('on') || isScript || name === 'srcdoc') dangers.push(`${element.tagName} ${name}`);
    }
    if (
      /^(?:script|iframe|frame|object|embed|applet|svg|math|style|link|meta|base|form|template)$/i.test(element.tagName)
    ) {
      dangers.push(element.tagName);
    }
  }
  return dangers;
};

const domOf = (doc: DocNode): string => {
  const container = document.createElement('div');
  container.append(DOMSerializer.fromSchema(doc.type.schema).serializeFragment(doc.content, { document }));
  return container.innerHTML;
};

const expectHarmless = (doc: DocNode, source: string): void => {
  doc.check();
  const inline = toXhtml(doc).xhtml;
  const separate = toXhtml(doc, { footnotes: 'epub' });
  const epub = separate.xhtml + separate.footnotes.map((note) => note.xhtml).join('');
  expectHarmlessXml(inline, source);
  expectHarmlessXml(epub, source);
  expect(dangersIn(inline + epub), source).toEqual([]);
  expect(dangersIn(domOf(doc)), source).toEqual([]);
  // What another program makes of our Markdown, HTML in it included.
  const rendered = new MarkdownIt('commonmark', { html: true }).render(toMarkdown(doc));
  expect(dangersIn(rendered), source).toEqual([]);
};

/** The schema as a careless program might build it: without its validation. */
const uncheckedSchema = (): Schema => {
  const unchecked = <T extends NodeSpec | MarkSpec>([name, spec]: [string, T]): [string, T] => {
    const rules = Object.entries(spec.attrs ?? {}).map(([key, { default: fallback }]) => [
      key,
      fallback === undefined ? {} : { default: fallback as unknown },
    ]);
    return [name, { ...spec, attrs: Object.fromEntries(rules) as Record<string, object> }];
  };
  return new Schema({
    nodes: Object.fromEntries(Object.entries<NodeSpec>(manuscriptNodes).map(unchecked)),
    marks: Object.fromEntries(Object.entries<MarkSpec>(manuscriptMarks).map(unchecked)),
  });
};

describe('a hostile source', () => {
  it('is many sources: at least 150 ways to run a script', () => {
    expect(new Set(htmlVectors).size).toBeGreaterThanOrEqual(150);
    expect(htmlVectors.length + markdownVectors.length).toBeGreaterThanOrEqual(250);
  });

  it('would run its script in a browser that believed it, so these tests can fail', () => {
    expect(htmlVectors.filter((vector) => dangersIn(vector).length > 0).length).toBeGreaterThan(120);
  });

  it('runs nothing as HTML, whichever of the ways it tries', () => {
    for (const vector of htmlVectors) {
      expectHarmless(fromXhtml(vector).doc, vector);
      expectHarmless(fromXhtml(`<p>before ${vector} after</p>`).doc, vector);
    }
  });

  it('runs nothing as HTML within Markdown', () => {
    for (const vector of htmlVectors) {
      expectHarmless(fromMarkdown(vector).doc, vector);
      expectHarmless(fromMarkdown(`before ${vector} after\n\n> ${vector}`).doc, vector);
    }
  });

  it('runs nothing as Markdown', () => {
    for (const vector of markdownVectors) expectHarmless(fromMarkdown(vector).doc, vector);
  });

  it('stays text where it is the text of a paragraph', () => {
    const { nodes } = manuscriptSchema;
    for (const vector of [...htmlVectors, ...markdownVectors]) {
      const doc = nodes.doc.create(null, nodes.paragraph.create(null, manuscriptSchema.text(vector)));
      expectHarmless(doc, vector);
      expect(fromXhtml(toXhtml(doc).xhtml).doc.textContent).toBe(normalForm(doc).textContent);
    }
  });

  it('runs nothing when it is pasted into the editor', () => {
    for (const vector of htmlVectors) {
      const pasted = document.createElement('template');
      pasted.innerHTML = vector;
      expectHarmless(DOMParser.fromSchema(manuscriptSchema).parse(pasted.content), vector);
    }
  });

  it('keeps the words around the script', () => {
    const { doc, notes } = fromXhtml(
      '<p>The sea <script>run()</script>was calm.</p><iframe src="x"></iframe><p>Then</p>',
    );
    expect(doc.textBetween(0, doc.content.size, '|')).toBe('The sea was calm.|Then');
    expect(notes.map(({ code, severity }) => [code, severity])).toEqual([
      ['script-removed', 'info'],
      ['media-lost', 'lost'],
    ]);
  });

  it('cannot slip an address past the schema as JSON', () => {
    for (const href of [
      'javascript:run()',
      'data:text/html,x',
      ' javascript:x',
      'java\nscript:x',
      '//x',
      'x.html',
      '',
      'https://',
      'https://a\u0000b',
      7,
    ]) {
      const text = { type: 'text', text: 'x', marks: [{ type: 'link', attrs: { href } }] };
      const checked = checkManuscript({ type: 'doc', content: [{ type: 'paragraph', content: [text] }] });
      expect(checked).toMatchObject({
        ok: false,
        problems: [
          {
            path: 'content[0].content[0].marks[0].attrs.href',
            message: 'must be an http, https or mailto address or an #anchor',
          },
        ],
      });
    }
  });

  it('cannot slip an address past the serialisers through a document that nobody checked', () => {
    const schema = uncheckedSchema();
    const attack = '"><script>run()</script>';
    const signs = [
      schema.mark('link', { href: 'javascript:run()', title: attack }),
      schema.mark('language', { lang: attack }),
    ];
    const doc = schema.node('doc', null, [
      schema.node('paragraph', { id: attack, align: attack, indent: attack }, schema.text('x', signs)),
      schema.node('heading', { level: `1${attack}` }, schema.text('x')),
      schema.node('image', { fileId: '"onerror="run()', alt: attack, title: attack, width: attack }),
      schema.node('codeBlock', { language: attack }, schema.text('x')),
      schema.node('blockquote', { kind: attack }, schema.node('paragraph')),
      schema.node('orderedList', { start: attack }, schema.node('listItem', null, schema.node('paragraph'))),
    ]);
    expectHarmlessXml(toXhtml(doc).xhtml, 'unchecked');
    expect(dangersIn(toXhtml(doc).xhtml)).toEqual([]);
    expect(dangersIn(domOf(doc))).toEqual([]);
    expect(dangersIn(new MarkdownIt('commonmark', { html: true }).render(toMarkdown(doc)))).toEqual([]);
  });
});
