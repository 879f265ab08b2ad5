import type { CompilationFormat, ImportNote } from '@authorworks/contracts';
import type { z } from 'zod';

/**
 * The seam between this service and the formats that it writes. A format is a pure function in src/compile/formats,
 * named in src/compile/formats/index.ts; it runs in a worker thread, has no network, no disk and no database, and gets
 * everything that goes into the file. The same book must give the same bytes.
 */
export type BookCompiler = (book: CompilableBook) => CompiledBook | Promise<CompiledBook>;

export type CompileFormat = z.infer<typeof CompilationFormat>;

export interface CompilableBook {
  /** Stays the same for all editions and exports of a book. */
  readonly bookId: string;
  readonly title: string;
  /** '' where there is none. */
  readonly subtitle: string;
  readonly authorName: string;
  readonly description: string;
  /** BCP 47. */
  readonly language: string;
  /** Number of the edition; null for a draft. */
  readonly edition: number | null;
  /** When the edition was published or the draft changed last; ISO 8601, UTC. */
  readonly changedAt: string;
  /** In reading order, each before what it holds. See groupChapters in reading-order.ts for what a reader sees as chapters. */
  readonly nodes: readonly CompilableNode[];
  /** Pictures that the texts show, by the file id in their `image` nodes; those that may not be shown are missing. */
  readonly images: readonly CompilableImage[];
  /** One of `images`, or null. */
  readonly coverFileId: string | null;
}

export interface CompilableNode {
  readonly id: string;
  /** null: directly in the book. */
  readonly parentId: string | null;
  readonly kind: 'part' | 'chapter' | 'scene';
  /** '' for scenes without a name, which most are. */
  readonly title: string;
  readonly matter: 'front' | 'body' | 'back';
  readonly wordCount: number;
  /** ProseMirror JSON of a scene by the schema of packages/manuscript, as text; null for parts and chapters. */
  readonly doc: string | null;
}

export interface CompilableImage {
  readonly fileId: string;
  readonly name: string;
  /** Found by looking at the content, e.g. image/jpeg. */
  readonly contentType: string;
  readonly bytes: Uint8Array;
  /** In pixels, where known. */
  readonly width: number | null;
  readonly height: number | null;
}

export interface CompiledBook {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** Without a dot, e.g. epub. */
  readonly extension: string;
  /** What could not be written as it stands in the manuscript. */
  readonly notes: readonly z.input<typeof ImportNote>[];
}
