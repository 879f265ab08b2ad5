import { platformErrors } from '@authorworks/contracts';
import { fail } from '@authorworks/platform';
import type { CompileFormat } from '../compile/compilable-book.ts';
import { type CompilerEntry, compilers } from '../compile/formats/index.ts';

/** @throws MEDIA_TYPE_UNSUPPORTED for a format that the contract knows and this version of the service does not. */
export const compilerOf = (format: CompileFormat): CompilerEntry => {
  const entry = compilers[format];
  if (!entry) throw fail(platformErrors.mediaTypeUnsupported, { message: `Books cannot be made into ${format} here.` });
  return entry;
};
