import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

/** A password that only this folder knows: made at the first start, and kept in a file that only its owner reads. */
export const keptSecret = async (path: string): Promise<string> => {
  const kept = await readFile(path, 'utf8').catch(() => '');
  if (kept) return kept.trim();
  const made = randomBytes(24).toString('base64url');
  await writeFile(path, made, { mode: 0o600 });
  return made;
};
