import { isFileId } from '../schema/attributes.ts';
import type { DocNode } from '../schema/manuscript-schema.ts';
import { alignments, quoteKinds } from '../schema/node-attributes.ts';
import { codeText } from '../schema/normal-form.ts';
import { escapeText } from './escape.ts';
import { isBlank, writeInline } from './write-inline.ts';
import {
  attributeText,
  classText,
  epubType,
  idText,
  type Writer,
  type XhtmlOptions,
  type XhtmlOutput,
  xhtmlClasses,
} from './xhtml-writer.ts';

const writeElement = (writer: Writer, tag: string, node: DocNode): void => {
  writer.out += `<${tag}${idText(writer, node)}>`;
  writeInline(writer, node);
  writer.out += `</${tag}>\n`;
};

const writeContainer = (
  writer: Writer,
  element: { readonly tag: string; readonly attributes: string },
  node: DocNode,
): void => {
  writer.out += `<${element.tag}${idText(writer, node)}${element.attributes}>\n`;
  node.forEach((child) => writeBlock(writer, child));
  writer.out += `</${element.tag}>\n`;
};

const writeParagraph = (writer: Writer, node: DocNode): void => {
  if (isBlank(node)) {
    writer.out += `<p${idText(writer, node)}${classText(writer, [xhtmlClasses.blank])}><br/></p>\n`;
    return;
  }
  const classes: string[] = alignments.filter((align) => align === node.attrs.align);
  if (node.attrs.indent === 'none') classes.push(xhtmlClasses.noIndent);
  writer.out += `<p${idText(writer, node)}${classText(writer, classes)}>`;
  writeInline(writer, node);
  writer.out += '</p>\n';
};

const writeImage = (writer: Writer, node: DocNode): void => {
  const { fileId, alt, title, width, height } = node.attrs;
  const src = isFileId(fileId) ? writer.imageUrl(fileId) : null;
  const size = (name: string, value: unknown) => attributeText(name, typeof value === 'number' ? value : null);
  writer.out += `<figure${idText(writer, node)}${classText(writer, [xhtmlClasses.image])}>`;
  if (src !== null) {
    writer.out += `<img${attributeText('src', src)}${attributeText('alt', String(alt ?? ''))}`;
    writer.out += `${attributeText('title', title ? String(title) : null)}${size('width', width)}${size('height', height)}/>`;
  }
  if (node.childCount > 0) {
    writer.out += '<figcaption>';
    writeInline(writer, node);
    writer.out += '</figcaption>';
  }
  writer.out += '</figure>\n';
};

const writeStanza = (writer: Writer, node: DocNode): void => {
  writer.out += `<p${idText(writer, node)}${classText(writer, [xhtmlClasses.stanza])}>`;
  node.forEach((line, _offset, index) => {
    const indent =
      typeof line.attrs.indent === 'number' && line.attrs.indent > 0
        ? [`${xhtmlClasses.indent}${line.attrs.indent}`]
        : [];
    writer.out += `${index > 0 ? '<br/>' : ''}\n<span${idText(writer, line)}${classText(writer, [xhtmlClasses.line, ...indent])}>`;
    writeInline(writer, line);
    writer.out += '</span>';
  });
  writer.out += '\n</p>\n';
};

const writeBlockquote = (writer: Writer, node: DocNode): void => {
  const kind = quoteKinds.find((known) => known === node.attrs.kind) ?? 'quote';
  const types = { quote: '', epigraph: epubType(writer, 'epigraph'), letter: epubType(writer, 'z3998:letter') };
  const attributes = kind === 'quote' ? '' : types[kind] + classText(writer, [kind]);
  writeContainer(writer, { tag: 'blockquote', attributes }, node);
};

const writeCode = (writer: Writer, node: DocNode): void => {
  const language: unknown = node.attrs.language;
  const className = typeof language === 'string' ? attributeText('class', `language-${language}`) : '';
  const text = escapeText(codeText(node.textContent));
  writer.out += `<pre${idText(writer, node)}><code${className}>${text}</code></pre>\n`;
};

const BLOCKS: Readonly<Record<string, (writer: Writer, node: DocNode) => void>> = {
  paragraph: writeParagraph,
  heading: (writer, node) => {
    const level = Number(node.attrs.level) + (writer.options.headingOffset ?? 0);
    writeElement(writer, `h${Math.min(6, Math.max(1, Math.trunc(level) || 1))}`, node);
  },
  sceneBreak: (writer, node) => {
    writer.out += `<hr${idText(writer, node)}${classText(writer, [xhtmlClasses.sceneBreak])}/>\n`;
  },
  blockquote: writeBlockquote,
  verse: (writer, node) => {
    const attributes = epubType(writer, 'z3998:verse') + classText(writer, [xhtmlClasses.verse]);
    writeContainer(writer, { tag: 'div', attributes }, node);
  },
  stanza: writeStanza,
  bulletList: (writer, node) => writeContainer(writer, { tag: 'ul', attributes: '' }, node),
  orderedList: (writer, node) => {
    const start = typeof node.attrs.start === 'number' && node.attrs.start !== 1 ? node.attrs.start : null;
    writeContainer(writer, { tag: 'ol', attributes: attributeText('start', start) }, node);
  },
  listItem: (writer, node) => writeContainer(writer, { tag: 'li', attributes: '' }, node),
  image: writeImage,
  codeBlock: writeCode,
};

const writeBlock = (writer: Writer, node: DocNode): void => {
  const { name } = node.type;
  if (Object.hasOwn(BLOCKS, name)) BLOCKS[name]?.(writer, node);
  else node.forEach((child) => writeBlock(writer, child));
};

/**
 * Writes a document (or one block of it) as a well-formed XHTML fragment. Needs no DOM; everything is escaped, and
 * addresses are checked once more, whatever the document holds.
 */
export const toXhtml = (doc: DocNode, options: XhtmlOptions = {}): XhtmlOutput => {
  const writer: Writer = {
    options,
    prefix: options.classPrefix ?? 'aw-',
    imageUrl: options.imageUrl ?? ((fileId) => `file:${fileId}`),
    footnotes: [],
    out: '',
  };
  writeBlock(writer, doc);
  return { xhtml: writer.out, footnotes: writer.footnotes };
};
