// Prints what a browser fetches before a page can be used: node services/web/scripts/first-load.ts (after scripts/prepare.ts)
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

interface Chunk {
  readonly file: string;
  readonly src?: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}
type Manifest = Readonly<Record<string, Chunk>>;

const dist = join(import.meta.dirname, '..', 'dist');

/** Pages, by the parts of the app that are fetched for them. */
const PAGES = {
  reader: ['index.html', 'app/reader/reader.tsx'],
  'chapter read': ['index.html', 'app/reader/reader.tsx', 'app/reader/sanitise.ts'],
  'writing room': ['index.html', 'app/shell/desk.tsx', 'app/room/room.tsx'],
  shelf: ['index.html', 'app/shell/framed.tsx', 'app/shelf/shelf.tsx'],
  'book page': ['index.html', 'app/shell/framed.tsx', 'app/book/book-page.tsx'],
  'front door': ['index.html', 'app/shell/desk.tsx', 'app/auth/welcome.tsx'],
} as const;

export interface FirstLoad {
  readonly page: keyof typeof PAGES;
  /** Compressed with gzip, in kB (1000 bytes). */
  readonly scriptKb: number;
  readonly styleKb: number;
  readonly files: number;
}

const gatherChunks = (manifest: Manifest, key: string, seen: Map<string, Chunk>): void => {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`The build has no ${key}; is it of now? node scripts/prepare.ts web`);
  if (seen.has(key)) return;
  seen.set(key, chunk);
  for (const next of chunk.imports ?? []) gatherChunks(manifest, next, seen);
};

const sizeKb = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file)), { level: 9 }).length, 0) / 1000;

/** Scripts and styles that each page loads first, without the fonts, pictures and texts that come after. */
export const firstLoads = (): FirstLoad[] => {
  const manifest = JSON.parse(readFileSync(join(dist, '.vite', 'manifest.json'), 'utf8')) as Manifest;
  return Object.entries(PAGES).map(([page, entries]) => {
    const seen = new Map<string, Chunk>();
    for (const entry of entries) gatherChunks(manifest, entry, seen);
    const chunks = [...seen.values()];
    const styles = new Set(chunks.flatMap(({ css }) => css ?? []));
    return {
      page: page as FirstLoad['page'],
      scriptKb: sizeKb(new Set(chunks.map(({ file }) => file))),
      styleKb: sizeKb(styles),
      files: chunks.length + styles.size,
    };
  });
};

if (import.meta.main) {
  for (const { page, scriptKb, styleKb, files } of firstLoads())
    process.stdout.write(
      `${page.padEnd(14)} ${scriptKb.toFixed(1).padStart(7)} kB scripts  ${styleKb.toFixed(1).padStart(6)} kB styles  ${files} files\n`,
    );
}
