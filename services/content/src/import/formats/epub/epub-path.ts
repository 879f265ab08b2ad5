import { normalPath } from '../archive/entry-name.ts';

/** Where a reference within a book leads: a file of the archive, and a place in it. */
export interface BookAddress {
  readonly path: string;
  /** '' for the beginning of the file. */
  readonly fragment: string;
}

const SCHEME = /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i;

/** Percent signs that encode nothing are meant as they stand. */
export const percentDecode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Whether a reference leads out of the book: to another computer, or into data. */
export const isExternal = (href: string): boolean => SCHEME.test(href.trim());

/**
 * Resolves a reference of one file of an archive to another. Null for what leads out of the archive.
 * @param from Path of the file in which the reference stands.
 */
export const resolveHref = (from: string, href: string): BookAddress | null => {
  const written = href.trim();
  if (isExternal(written)) return null;
  const hash = written.indexOf('#');
  const fragment = hash < 0 ? '' : percentDecode(written.slice(hash + 1));
  const file = (hash < 0 ? written : written.slice(0, hash)).replace(/\?.*$/s, '');
  if (file === '') return { path: from, fragment };
  const decoded = percentDecode(file).replaceAll('\\', '/');
  const steps = decoded.startsWith('/') ? [] : from.split('/').slice(0, -1);
  for (const step of decoded.split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  const path = normalPath(steps.join('/'));
  return path === null ? null : { path, fragment };
};
