import type { BookCompiler, CompileFormat } from '../compilable-book.ts';
import { compileEpub } from './epub/compile-epub.ts';
import { compileMarkdown } from './markdown.ts';

/** How one format is made. */
export interface CompilerEntry {
  readonly compile: BookCompiler;
  /** Raised with every change of what comes out, so that files of before are made anew. */
  readonly version: number;
  /** Whether the file holds pictures; else they are not even fetched. */
  readonly pictures: boolean;
}

/**
 * Every format that a book can be made into. A new one is a file beside this and a line here. This is loaded by each
 * worker thread, so it stands on packages/manuscript alone: contracts and platform would double the start of a thread.
 */
export const compilers: Readonly<Partial<Record<CompileFormat, CompilerEntry>>> = {
  epub: { compile: compileEpub, version: 1, pictures: true },
  markdown: { compile: compileMarkdown, version: 1, pictures: false },
};
