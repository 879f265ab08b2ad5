import { createHash } from 'node:crypto';
import { type DocNode, manuscriptSchema, mendManuscript, normaliseManuscript } from '@authorworks/manuscript/schema';
import { wordCount } from '@authorworks/manuscript/words';

/** A text as this service keeps it. */
export interface SealedText {
  /** ProseMirror JSON as text. */
  readonly doc: string;
  /** SHA-256 of `doc` in hex. Equal texts have equal hashes, because the schema writes its attributes in one order. */
  readonly hash: string;
  readonly wordCount: number;
  /** Names of the files that its pictures show, as the text has them. */
  readonly imageFileIds: string[];
}

const imagesOf = (doc: DocNode): string[] => {
  const ids = new Set<string>();
  doc.descendants((node) => {
    const fileId: unknown = node.type.name === 'image' ? node.attrs['fileId'] : null;
    if (typeof fileId === 'string') ids.add(fileId);
  });
  return [...ids];
};

/** The text in the form in which the house keeps it: every block has an id. */
export const sealText = (doc: DocNode): SealedText => {
  const kept = normaliseManuscript(doc);
  const json = JSON.stringify(kept.toJSON());
  return {
    doc: json,
    hash: createHash('sha256').update(json).digest('hex'),
    wordCount: wordCount(kept).words,
    imageFileIds: imagesOf(kept),
  };
};

/** The document of a kept text, or of one that the editor sent: whatever does not fit the schema (any more) is mended. */
export const openText = (doc: unknown): DocNode =>
  mendManuscript(typeof doc === 'string' ? (JSON.parse(doc) as unknown) : doc).doc;

/** One empty paragraph: what a new scene begins with. */
export const emptyText = (): SealedText =>
  sealText(manuscriptSchema.node('doc', null, [manuscriptSchema.node('paragraph')]));

/** Whether nobody has written anything yet: one empty paragraph. */
export const isBlank = (doc: DocNode): boolean =>
  doc.childCount === 1 && doc.firstChild?.type.name === 'paragraph' && doc.firstChild.childCount === 0;
