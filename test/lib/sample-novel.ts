import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const path = join(resolve(import.meta.dirname, '..'), 'sample-novel', 'the-tide-clerk.md');

/** The sample novel under a title of its own, so that a house may hold it more than once. */
export const sampleNovel = () => {
  const copy = randomBytes(3).toString('hex');
  const title = `The Tide Clerk ${copy}`;
  const text = readFileSync(path, 'utf8').replaceAll(/^(title: |# )The Tide Clerk$/gm, `$1${title}`);
  return {
    title,
    /** What its address is, unless its author wants another. */
    slug: `the-tide-clerk-${copy}`,
    file: { name: `${title}.md`, mimeType: 'text/markdown', buffer: Buffer.from(text) },
  };
};
