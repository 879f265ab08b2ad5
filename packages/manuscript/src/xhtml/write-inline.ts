import type { Mark } from 'prosemirror-model';
import { isLanguageTag } from '../schema/attributes.ts';
import { isBlockId } from '../schema/block-id.ts';
import { cleanText } from '../schema/clean-text.ts';
import { normaliseHref } from '../schema/href.ts';
import type { DocNode } from '../schema/manuscript-schema.ts';
import { escapeText } from './escape.ts';
import { attributeText, classText, idText, type Writer, xhtmlClasses } from './xhtml-writer.ts';

/** Whether inline content is nothing that a reader sees. */
export const isBlank = (node: DocNode): boolean => {
  let blank = true;
  node.forEach((child) => {
    if (child.isText) blank &&= cleanText(child.text ?? '').trim() === '';
    else blank &&= child.type.name === 'hardBreak' || (child.type.name === 'footnote' && isBlank(child));
  });
  return blank;
};

const SIMPLE_MARKS: Readonly<Record<string, string>> = {
  emphasis: 'em',
  strong: 'strong',
  underline: 'u',
  strikethrough: 's',
  superscript: 'sup',
  subscript: 'sub',
  code: 'code',
};

const openLink = (writer: Writer, mark: Mark): string | null => {
  const kept = normaliseHref(String(mark.attrs.href));
  const href = kept !== null && writer.options.linkHref ? writer.options.linkHref(kept) : kept;
  if (href === null) return null;
  const title: unknown = mark.attrs.title;
  return `<a${attributeText('href', href)}${attributeText('title', typeof title === 'string' && title ? title : null)}>`;
};

const openLanguage = (writer: Writer, mark: Mark): string | null => {
  const { lang, dir } = mark.attrs;
  if (!isLanguageTag(lang) || lang === writer.options.language) return null;
  const direction = dir === 'ltr' || dir === 'rtl' ? dir : null;
  return `<span${classText(writer, [xhtmlClasses.language])} lang="${lang}" xml:lang="${lang}"${attributeText('dir', direction)}>`;
};

interface Tag {
  readonly mark: Mark;
  readonly open: string;
  readonly close: string;
}

/** The tag of a mark; `null` for marks that are not written. */
const tagOf = (writer: Writer, mark: Mark): Tag | null => {
  const { name } = mark.type;
  const simple = Object.hasOwn(SIMPLE_MARKS, name) ? SIMPLE_MARKS[name] : undefined;
  if (simple !== undefined) return { mark, open: `<${simple}>`, close: `</${simple}>` };
  if (name === 'smallCaps') {
    return { mark, open: `<span${classText(writer, [xhtmlClasses.smallCaps])}>`, close: '</span>' };
  }
  const open = name === 'link' ? openLink(writer, mark) : name === 'language' ? openLanguage(writer, mark) : null;
  return open === null ? null : { mark, open, close: name === 'link' ? '</a>' : '</span>' };
};

/** Closes what the next text does not have, opens what it has more. */
const changeMarks = (writer: Writer, open: Tag[], marks: readonly Mark[]): void => {
  let same = 0;
  let wanted = 0;
  // Marks that are not written have no tag, so both lists are walked side by side.
  const tags = marks
    .map((mark) => open.find((tag) => tag.mark.eq(mark)) ?? tagOf(writer, mark))
    .filter((tag) => tag !== null);
  while (same < open.length && wanted < tags.length && open[same] === tags[wanted]) {
    same += 1;
    wanted += 1;
  }
  while (open.length > same) writer.out += open.pop()?.close ?? '';
  for (const tag of tags.slice(wanted)) {
    writer.out += tag.open;
    open.push(tag);
  }
};

/** Marks that stay open over a hard break: those that the text behind it has as well. */
const marksBehind = (parent: DocNode, index: number): readonly Mark[] => {
  for (let next = index + 1; next < parent.childCount; next++) {
    const node = parent.child(next);
    if (node.isText) return node.marks;
    if (node.type.name !== 'hardBreak') return [];
  }
  return [];
};

/** Writes the text of a block; marks are opened and closed in the order of the schema. */
export const writeInline = (writer: Writer, parent: DocNode): void => {
  const open: Tag[] = [];
  for (let index = 0; index < parent.childCount; index++) {
    const node = parent.child(index);
    if (node.isText) {
      if (node.marks.length > 0 || open.length > 0) changeMarks(writer, open, node.marks);
      writer.out += escapeText(node.text ?? '');
    } else if (node.type.name === 'hardBreak') {
      const behind = marksBehind(parent, index);
      changeMarks(
        writer,
        open,
        open.map((tag) => tag.mark).filter((mark) => mark.isInSet(behind)),
      );
      writer.out += '<br/>';
    } else if (node.type.name === 'footnote' && !isBlank(node)) {
      changeMarks(writer, open, []);
      writeFootnote(writer, node);
    }
  }
  changeMarks(writer, open, []);
};

/** What a function writes, taken out of the output again. */
const captured = (writer: Writer, write: () => void): string => {
  const before = writer.out;
  writer.out = '';
  write();
  const written = writer.out;
  writer.out = before;
  return written;
};

const writeFootnote = (writer: Writer, node: DocNode): void => {
  const { options } = writer;
  if (options.footnotes !== 'epub') {
    writer.out += `<span${idText(writer, node)}${classText(writer, [xhtmlClasses.footnote])}>`;
    writeInline(writer, node);
    writer.out += '</span>';
    return;
  }
  const number = (options.firstFootnote ?? 1) + writer.footnotes.length;
  const name = isBlockId(node.attrs.id) ? node.attrs.id : String(number);
  const id = `fn-${name}`;
  const to = attributeText('href', `${options.notesHref ?? ''}#${id}`);
  const back = attributeText('href', `${options.textHref ?? ''}#fnref-${name}`);
  writer.out += `<a epub:type="noteref" role="doc-noteref" id="fnref-${name}"${to}>${number}</a>`;
  const content = captured(writer, () => writeInline(writer, node));
  const xhtml =
    `<aside epub:type="footnote" role="doc-footnote" id="${id}">` +
    `<p><a epub:type="backlink" role="doc-backlink"${back}>${number}</a> ${content}</p></aside>\n`;
  writer.footnotes.push({ id, number, xhtml });
};
