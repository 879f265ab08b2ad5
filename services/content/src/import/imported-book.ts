import type { ImportNote } from '@authorworks/contracts';
import type { DocNode } from '@authorworks/manuscript/schema';
import type { z } from 'zod';

/**
 * The seam between this service and the formats that it reads. A format is a pure function in src/import/formats, named
 * in src/import/formats/index.ts; it runs in a worker thread with a bounded heap, has no network, no disk and no database.
 * Whatever the file holds, it answers with a book or throws UnreadableFile; it never trusts sizes or names in the file.
 */
export type BookReader = (source: SourceFile) => ImportedBook | Promise<ImportedBook>;

export type SourceFormat = 'epub' | 'docx' | 'markdown' | 'html' | 'text';

export interface SourceFile {
  /** As the author's device called it: a label, never a path. */
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

export interface ImportedBook {
  /** '' when the file does not say; the file's name is taken then. */
  readonly title: string;
  /** '' or absent when there is none. */
  readonly subtitle?: string;
  /** BCP 47; '' when the file does not say. */
  readonly language: string;
  readonly authors: readonly string[];
  readonly description: string;
  /** Parts, chapters and scenes in reading order, nested by the rules of node-policy.ts. */
  readonly nodes: readonly ImportedNode[];
  readonly images: readonly ImportedImage[];
  /** Which of `images` is the cover; null where none is known. */
  readonly coverName: string | null;
  /** What was changed or left out. Counts (words, chapters, …) are made from `nodes` and need no note. */
  readonly notes: readonly z.input<typeof ImportNote>[];
}

export interface ImportedNode {
  readonly kind: 'part' | 'chapter' | 'scene';
  readonly title: string;
  readonly matter: 'front' | 'body' | 'back';
  /** Of scenes only; null for parts and chapters. Pictures carry the name of an ImportedImage as their `fileId`. */
  readonly doc: DocNode | null;
  readonly children: readonly ImportedNode[];
}

export interface ImportedImage {
  /** By which `image` nodes name it: 1 to 64 letters, digits, - and _; unique within the book. */
  readonly name: string;
  /** As the source called it, for people. */
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

/** A file that cannot be read as a book, with a sentence for its author that says why and where. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}
