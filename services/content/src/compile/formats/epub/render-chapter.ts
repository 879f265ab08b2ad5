import type { DocNode } from '@authorworks/manuscript/schema';
import { toXhtml } from '@authorworks/manuscript/xhtml';
import { isBlank, openText } from '../../../scene/sealed-text.ts';
import { type ChapterText, gatherChapter } from './chapter-text.ts';
import { escapeText } from './markup.ts';

/** What one chapter is made of, and nothing else: a chapter whose input is the same need not be rendered again. */
export interface ChapterInput {
  /** '' for a chapter without a name. */
  readonly title: string;
  /** ProseMirror JSON of its scenes, in their order. */
  readonly docs: readonly string[];
  /** Language of the book, BCP 47. */
  readonly language: string;
  /** 1 for chapters directly in the book, 2 for those in parts. */
  readonly headingLevel: 1 | 2;
  /** Where the pictures lie that may be shown, from the chapter's file. */
  readonly imageHrefs: Readonly<Record<string, string>>;
}

export interface RenderedChapter {
  /** Heading, text and notes as XHTML; links to other chapters are marked, see `placeLinks`. */
  readonly xhtml: string;
  readonly blockIds: readonly string[];
  readonly imageIds: readonly string[];
  /** Block ids of other chapters that it links to, and addresses within the book that mean nothing. */
  readonly outwardLinks: readonly string[];
  readonly picturesWithoutAlt: number;
  /** The first words, by which a chapter without a name can be called. */
  readonly opening: string;
}

/** Marks a link until it is known where it leads; no address that a manuscript may hold begins so. */
const PENDING = 'pending:';
const BLOCK_ANCHOR = /^#b-([0-9A-Za-z]{12})$/;
const OPENING_WORDS = 6;
const OPENING_LENGTH = 60;

const SCENE_BREAK = '<hr class="aw-scene-break"/>\n';

/** References as raised numbers in every reader, with or without a style sheet. */
const raiseReferences = (xhtml: string): string =>
  xhtml.replaceAll(/(<a epub:type="noteref"[^>]*>)(\d+)(<\/a>)/g, '$1<sup>$2</sup>$3');

const openingOf = (scenes: readonly DocNode[]): string => {
  for (const scene of scenes)
    for (const block of scene.children) {
      const words = block.textBetween(0, block.content.size, ' ', ' ').replaceAll(/\s+/g, ' ').trim().split(' ');
      const opening = words.slice(0, OPENING_WORDS).join(' ').slice(0, OPENING_LENGTH).toWellFormed().trim();
      if (opening !== '')
        return words.length > OPENING_WORDS || opening.length === OPENING_LENGTH ? `${opening} …` : opening;
    }
  return '';
};

interface Writing {
  readonly input: ChapterInput;
  readonly text: ChapterText;
  readonly outward: Set<string>;
}

const writeScenes = ({ input, text, outward }: Writing): { scenes: string[]; notes: string[] } => {
  const scenes: string[] = [];
  const notes: string[] = [];
  const linkHref = (href: string): string | null => {
    if (!href.startsWith('#')) return href;
    const blockId = BLOCK_ANCHOR.exec(href)?.[1];
    if (blockId === undefined) {
      outward.add(href);
      return null;
    }
    if (text.blockIds.has(blockId)) return href;
    outward.add(blockId);
    return PENDING + blockId;
  };
  for (const scene of text.scenes) {
    const written = toXhtml(scene, {
      language: input.language,
      footnotes: 'epub',
      firstFootnote: notes.length + 1,
      imageUrl: (fileId) => (Object.hasOwn(input.imageHrefs, fileId) ? (input.imageHrefs[fileId] ?? null) : null),
      linkHref,
      headingOffset: text.topLevel === 0 ? 0 : input.headingLevel + 1 - text.topLevel,
    });
    scenes.push(written.xhtml);
    notes.push(...written.footnotes.map(({ xhtml }) => xhtml));
  }
  return { scenes, notes };
};

/**
 * Renders a chapter: its heading, its scenes with breaks between them, its notes at the end with links both ways. A pure
 * function of its input, so that a change of one sentence renders one chapter.
 */
export const renderChapter = (input: ChapterInput): RenderedChapter => {
  const docs = input.docs.map(openText).filter((doc) => !isBlank(doc));
  const text = gatherChapter(docs, (fileId) => Object.hasOwn(input.imageHrefs, fileId));
  const outward = new Set<string>();
  const { scenes, notes } = writeScenes({ input, text, outward });
  const level = `h${input.headingLevel}`;
  const heading = input.title === '' ? '' : `<${level} id="title">${escapeText(input.title)}</${level}>\n`;
  const endnotes = notes.length === 0 ? '' : `<div class="aw-footnotes">\n<hr/>\n${notes.join('')}</div>\n`;
  return {
    xhtml: raiseReferences(heading + scenes.filter((scene) => scene !== '').join(SCENE_BREAK) + endnotes),
    blockIds: [...text.blockIds],
    imageIds: [...text.imageIds],
    outwardLinks: [...outward],
    picturesWithoutAlt: text.picturesWithoutAlt,
    opening: openingOf(text.scenes),
  };
};

/** No link stands within another, so the next end tag is its own; notes are links, but never within one. */
const PENDING_LINK = /<a href="pending:([0-9A-Za-z]{12})"([^>]*)>([\s\S]*?)<\/a>/g;

/**
 * Puts in where the links to other chapters lead.
 * @param hrefOf The address of a block; null for one that is not in the book: its link is left out, its text is kept.
 */
export const placeLinks = (chapter: RenderedChapter, hrefOf: (blockId: string) => string | null): string => {
  if (chapter.outwardLinks.length === 0) return chapter.xhtml;
  return chapter.xhtml.replaceAll(PENDING_LINK, (_, blockId: string, attributes: string, content: string) => {
    const href = hrefOf(blockId);
    return href === null ? content : `<a href="${href}"${attributes}>${content}</a>`;
  });
};
