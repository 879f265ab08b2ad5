import { SaxesParser, type SaxesTagNS } from 'saxes';
import type { Deadline } from '../deadline.ts';

/** An element of a small XML file, or of a piece of a large one. */
export interface XmlElement {
  /** With the prefix that this house uses for the namespace, e.g. `w:p`; without one for those of OPF, NCX and XHTML. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlChild[];
}
export type XmlChild = XmlElement | string;

interface OpenElement extends XmlElement {
  readonly children: XmlChild[];
}

/** Deepest nesting that is built; what is deeper hangs on the deepest element. */
const DEPTH_LIMIT = 200;
/** The parser looks for namespaces up all open elements: text that only nests would take quadratic time. */
const GIVE_UP_DEPTH = 2_000;
const ELEMENT_LIMIT = 3_000_000;
const CHUNK = 64 * 1024;

const OOXML = 'http://schemas.openxmlformats.org';
/** The strict variant of OOXML (ISO 29500) has names of its own for the same. */
const STRICT = 'http://purl.oclc.org/ooxml';

const PREFIXES: Readonly<Record<string, string>> = {
  'http://www.idpf.org/2007/opf': '',
  'http://openebook.org/namespaces/oeb-package/1.0/': '',
  'http://www.daisy.org/z3986/2005/ncx/': '',
  'http://www.w3.org/1999/xhtml': '',
  'urn:oasis:names:tc:opendocument:xmlns:container': '',
  'http://www.w3.org/2001/04/xmlenc#': '',
  'http://www.w3.org/2000/09/xmldsig#': '',
  'http://purl.org/dc/elements/1.1/': 'dc:',
  'http://purl.org/dc/elements/1.0/': 'dc:',
  'http://purl.org/dc/terms/': 'dcterms:',
  'http://www.idpf.org/2007/ops': 'epub:',
  'http://www.w3.org/2000/svg': 'svg:',
  'http://www.w3.org/1999/xlink': 'xlink:',
  'http://www.w3.org/XML/1998/namespace': 'xml:',
  [`${OOXML}/package/2006/relationships`]: '',
  [`${OOXML}/package/2006/content-types`]: '',
  [`${OOXML}/package/2006/metadata/core-properties`]: 'cp:',
  [`${OOXML}/wordprocessingml/2006/main`]: 'w:',
  [`${STRICT}/wordprocessingml/main`]: 'w:',
  [`${OOXML}/officeDocument/2006/relationships`]: 'r:',
  [`${STRICT}/officeDocument/relationships`]: 'r:',
  [`${OOXML}/drawingml/2006/wordprocessingDrawing`]: 'wp:',
  [`${STRICT}/drawingml/wordprocessingDrawing`]: 'wp:',
  [`${OOXML}/drawingml/2006/main`]: 'a:',
  [`${STRICT}/drawingml/main`]: 'a:',
  [`${OOXML}/drawingml/2006/picture`]: 'pic:',
  [`${STRICT}/drawingml/picture`]: 'pic:',
  [`${OOXML}/officeDocument/2006/math`]: 'm:',
  [`${STRICT}/officeDocument/math`]: 'm:',
  [`${OOXML}/markup-compatibility/2006`]: 'mc:',
  'http://schemas.microsoft.com/office/word/2010/wordprocessingShape': 'wps:',
  'http://schemas.microsoft.com/office/drawing/2016/SVG/main': 'asvg:',
  'http://schemas.microsoft.com/office/word/2010/wordml': 'w14:',
  'urn:schemas-microsoft-com:vml': 'v:',
  'urn:schemas-microsoft-com:office:office': 'o:',
};

/** The entities that old books use in their lists of contents, whose DTD nobody fetches. */
const ENTITIES: Readonly<Record<string, string>> = {
  nbsp: '\u00a0',
  shy: '\u00ad',
  copy: '©',
  reg: '®',
  trade: '™',
  hellip: '…',
  mdash: '—',
  ndash: '–',
  lsquo: '‘',
  rsquo: '’',
  sbquo: '‚',
  ldquo: '“',
  rdquo: '”',
  bdquo: '„',
  laquo: '«',
  raquo: '»',
  agrave: 'à',
  aacute: 'á',
  acirc: 'â',
  atilde: 'ã',
  auml: 'ä',
  aring: 'å',
  aelig: 'æ',
  ccedil: 'ç',
  egrave: 'è',
  eacute: 'é',
  ecirc: 'ê',
  euml: 'ë',
  igrave: 'ì',
  iacute: 'í',
  icirc: 'î',
  iuml: 'ï',
  ntilde: 'ñ',
  ograve: 'ò',
  oacute: 'ó',
  ocirc: 'ô',
  otilde: 'õ',
  ouml: 'ö',
  oslash: 'ø',
  szlig: 'ß',
  ugrave: 'ù',
  uacute: 'ú',
  ucirc: 'û',
  uuml: 'ü',
  yacute: 'ý',
  Agrave: 'À',
  Aacute: 'Á',
  Auml: 'Ä',
  Ccedil: 'Ç',
  Egrave: 'È',
  Eacute: 'É',
  Ouml: 'Ö',
  Uuml: 'Ü',
};

const houseName = (written: { readonly name: string; readonly local: string; readonly uri: string }): string => {
  const prefix = PREFIXES[written.uri];
  return prefix === undefined ? written.name : prefix + written.local;
};

const attributesOf = (tag: SaxesTagNS): Record<string, string> => {
  const attributes: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const written of Object.values(tag.attributes)) attributes[houseName(written)] = written.value;
  return attributes;
};

class TooDeep extends Error {}

export interface XmlOptions {
  readonly deadline: Deadline;
  /**
   * Called with the children of the root's children that have this name, one by one, instead of keeping them: for
   * documents that are long (`w:body`). Text and other elements are kept.
   */
  readonly stream?: { readonly within: string; readonly take: (element: XmlElement) => void };
}

export interface ReadXml {
  /** Null when there is no element at all. */
  readonly root: XmlElement | null;
  /** The first thing that is not well-formed; what could be read around it is there. */
  readonly problem: string | null;
}

/**
 * Reads XML into a tree. Entities that a DTD declares are not known, a DTD is never fetched, depth and number of elements
 * are limited, and broken XML gives what can be read of it. Never throws, but for the deadline.
 */
export const readXml = (source: string, { deadline, stream }: XmlOptions): ReadXml => {
  const parser = new SaxesParser({ xmlns: true, position: false });
  Object.assign(parser.ENTITIES, ENTITIES);
  let root: OpenElement | null = null;
  let problem: string | null = null;
  let elements = 0;
  const open: OpenElement[] = [];
  const addText = (text: string): void => {
    const top = open.at(-1);
    if (!top || text === '') return;
    const last = top.children.length - 1;
    const before = top.children[last];
    if (typeof before === 'string') top.children[last] = before + text;
    else top.children.push(text);
  };
  parser.on('error', (error) => {
    problem ??= error.message;
  });
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('opentag', (tag) => {
    elements += 1;
    if (open.length >= GIVE_UP_DEPTH) throw new TooDeep(`elements are nested more than ${GIVE_UP_DEPTH} deep`);
    const top = open.at(-1);
    if (open.length >= DEPTH_LIMIT || elements > ELEMENT_LIMIT) {
      if (top) open.push(top);
      return;
    }
    const element: OpenElement = { name: houseName(tag), attributes: attributesOf(tag), children: [] };
    if (top && !(stream && open.length === 2 && top.name === stream.within)) top.children.push(element);
    else if (!top) root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => {
    const element = open.pop();
    if (element && stream && open.length === 2 && open[1]?.name === stream.within) stream.take(element);
  });
  try {
    for (let at = 0; at < source.length; at += CHUNK) {
      deadline();
      parser.write(source.slice(at, at + CHUNK));
    }
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    return { root, problem: problem ?? error.message };
  }
  try {
    parser.close();
  } catch (error) {
    problem ??= error instanceof Error ? error.message : 'it ends in the middle';
  }
  return { root, problem };
};

export const isElement = (child: XmlChild): child is XmlElement => typeof child !== 'string';

export const childrenOf = (element: XmlElement | undefined, name?: string): XmlElement[] =>
  (element?.children ?? []).filter(isElement).filter((child) => name === undefined || child.name === name);

export const childOf = (element: XmlElement | undefined, name: string): XmlElement | undefined => {
  for (const child of element?.children ?? []) if (isElement(child) && child.name === name) return child;
  return undefined;
};

/** The first element of a name at any depth, in the order of the document. */
export const findElement = (element: XmlElement | undefined, name: string): XmlElement | undefined => {
  for (const child of element?.children ?? []) {
    if (!isElement(child)) continue;
    const found = child.name === name ? child : findElement(child, name);
    if (found) return found;
  }
  return undefined;
};

/** All elements of a name at any depth. */
export const findElements = (element: XmlElement | undefined, name: string, found: XmlElement[] = []): XmlElement[] => {
  for (const child of element?.children ?? []) {
    if (!isElement(child)) continue;
    if (child.name === name) found.push(child);
    findElements(child, name, found);
  }
  return found;
};

export const xmlText = (element: XmlElement | undefined): string =>
  (element?.children ?? []).map((child) => (isElement(child) ? xmlText(child) : child)).join('');

/** The text of an element as one line. */
export const xmlLine = (element: XmlElement | undefined): string => xmlText(element).replaceAll(/\s+/g, ' ').trim();
