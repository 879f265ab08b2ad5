import { z } from 'zod';
import { CompilationId, ImportId } from '../ids.ts';
import { defineJob } from '../kit/job.ts';

export const contentJobs = {
  importBook: defineJob({
    type: 'content.import-book',
    summary: 'Reads an uploaded file and writes its parts, chapters and scenes.',
    input: z.object({ importId: ImportId }),
    output: z.object({}),
    attempts: 3,
    timeoutMs: 5 * 60_000,
  }),
  compileBook: defineJob({
    type: 'content.compile-book',
    summary: 'Makes an EPUB or Markdown file of a book.',
    input: z.object({ compilationId: CompilationId }),
    output: z.object({}),
    attempts: 3,
    timeoutMs: 5 * 60_000,
  }),
};
