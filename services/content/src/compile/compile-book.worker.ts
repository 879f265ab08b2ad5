import type { CompilableBook, CompiledBook, CompileFormat } from './compilable-book.ts';
import { compilers } from './formats/index.ts';

export interface CompileTask {
  readonly format: CompileFormat;
  readonly book: CompilableBook;
}

// oxlint-disable-next-line import/no-default-export -- a thread's module is called by its default export
export default async ({ format, book }: CompileTask): Promise<CompiledBook> => {
  const compiler = compilers[format];
  if (!compiler) throw new Error(`there is no compiler for ${format}`);
  return await compiler.compile(book);
};
