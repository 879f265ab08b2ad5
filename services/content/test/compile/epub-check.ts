import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const jar = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'authorworks/epubcheck-5.3.0/epubcheck/epubcheck.jar',
);

/** A run is short: compiling its code well takes longer than running it badly. */
const QUICK = ['-Xmx512m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

interface Finding {
  readonly ID: string;
  readonly severity: string;
  readonly message: string;
  readonly locations: readonly { readonly path: string; readonly line: number }[];
}

/** How long a test may take that asks EPUBCheck, on a machine that has other things to do. */
export const EPUB_CHECK_MS = 300_000;

/** What EPUBCheck 5.3.0 says of a file, of every severity down to hints; empty for a book without a flaw. */
export const epubCheck = async (bytes: Uint8Array): Promise<string[]> => {
  if (!existsSync(jar)) throw new Error('EPUBCheck is missing: run scripts/install-epubcheck');
  const folder = await mkdtemp(join(tmpdir(), 'authorworks-epubcheck-'));
  try {
    const [book, report] = [join(folder, 'book.epub'), join(folder, 'report.json')];
    await writeFile(book, bytes);
    // it leaves with 1 when it found errors; what it found is in the report
    const ended = await run('java', [...QUICK, '-jar', jar, '--usage', '--json', report, book]).catch(
      (error: unknown) => error,
    );
    if (!existsSync(report)) throw ended;
    const { messages } = JSON.parse(await readFile(report, 'utf8')) as { messages: Finding[] };
    return messages.map(({ ID, severity, message, locations }) => {
      const at = locations.map(({ path, line }) => `${path.replace(/^.*?book\.epub\/?/, '')}:${line}`);
      return `${severity} ${ID} ${message} (${at.slice(0, 3).join(', ')})`;
    });
  } finally {
    await rm(folder, { recursive: true });
  }
};
