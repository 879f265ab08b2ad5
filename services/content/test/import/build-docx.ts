import { zipOf } from './build-epub.ts';

const NS =
  'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

export const escapeXml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    // oxlint-disable-next-line no-control-regex -- XML cannot hold them
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '');

export interface DocxSketch {
  /** The children of `w:body`. */
  readonly body: string;
  readonly footnotes?: string;
  readonly styles?: string;
  /** Relationships of the document: id, last step of the type, target, and whether that is outside. */
  readonly relations?: readonly (readonly [id: string, type: string, target: string, isExternal?: boolean])[];
  readonly media?: Readonly<Record<string, Uint8Array | string>>;
  readonly core?: string;
  readonly prolog?: string;
}

export const docxFiles = (sketch: DocxSketch): Record<string, string | Uint8Array> => {
  const { body, footnotes, styles, relations = [], media = {}, core, prolog = '' } = sketch;
  const own = [
    ...relations,
    ...(footnotes === undefined ? [] : [['notes', 'footnotes', 'footnotes.xml'] as const]),
    ...(styles === undefined ? [] : [['styles', 'styles', 'styles.xml'] as const]),
  ];
  const relationsXml = (all: readonly (readonly [string, string, string, boolean?])[]): string =>
    `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${all
      .map(
        ([id, type, target, isExternal]) =>
          `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${escapeXml(target)}"${isExternal ? ' TargetMode="External"' : ''}/>`,
      )
      .join('')}</Relationships>`;
  return {
    '[Content_Types].xml':
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
    '_rels/.rels': relationsXml([['d', 'officeDocument', 'word/document.xml']]),
    'word/document.xml': `<?xml version="1.0"?>${prolog}<w:document ${NS}><w:body>${body}</w:body></w:document>`,
    'word/_rels/document.xml.rels': relationsXml(own),
    ...(footnotes === undefined ? {} : { 'word/footnotes.xml': `<w:footnotes ${NS}>${footnotes}</w:footnotes>` }),
    ...(styles === undefined ? {} : { 'word/styles.xml': `<w:styles ${NS}>${styles}</w:styles>` }),
    ...(core === undefined ? {} : { 'docProps/core.xml': core }),
    ...Object.fromEntries(Object.entries(media).map(([name, content]) => [`word/media/${name}`, content])),
  };
};

export const docxOf = (sketch: DocxSketch): Uint8Array => zipOf(docxFiles(sketch));

export const run = (text: string, properties = ''): string =>
  `<w:r>${properties === '' ? '' : `<w:rPr>${properties}</w:rPr>`}<w:t xml:space="preserve">${escapeXml(text)}</w:t></w:r>`;
export const paragraph = (content: string, style = ''): string =>
  `<w:p>${style === '' ? '' : `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>`}${content}</w:p>`;

export const HEADINGS = [1, 2]
  .map(
    (level) =>
      `<w:style w:type="paragraph" w:styleId="Heading${level}"><w:name w:val="heading ${level}"/><w:pPr><w:outlineLvl w:val="${level - 1}"/></w:pPr></w:style>`,
  )
  .join('');

export const drawing = (relation: string, alt: string): string =>
  `<w:r><w:drawing><wp:inline><wp:docPr id="1" name="p" descr="${alt}"/><a:graphic><a:graphicData><pic:pic><pic:blipFill><a:blip r:embed="${relation}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`;
