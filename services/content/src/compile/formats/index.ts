import { platformErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { BookCompiler, CompileFormat } from '../compilable-book.ts';
import { compileMarkdown } from './markdown.ts';

/** How one format is made. */
export interface CompilerEntry {
  readonly compile: BookCompiler;
  /** Raised with every change of what comes out, so that files of before are made anew. */
  readonly version: number;
  /** Whether the file holds pictures; else they are not even fetched. */
  readonly pictures: boolean;
}

/** Every format that a book can be made into. A new one is a file beside this and a line here. */
const compilers: Readonly<Partial<Record<CompileFormat, CompilerEntry>>> = {
  markdown: { compile: compileMarkdown, version: 1, pictures: false },
};

/** @throws MEDIA_TYPE_UNSUPPORTED for a format that the contract knows and this version of the service does not. */
export const compilerOf = (format: CompileFormat): CompilerEntry => {
  const entry = compilers[format];
  if (!entry) throw fail(platformErrors.mediaTypeUnsupported, { message: `Books cannot be made into ${format} here.` });
  return entry;
};
