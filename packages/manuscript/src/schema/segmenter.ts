import { isLanguageTag } from './attributes.ts';

type Granularity = 'word' | 'sentence';

/** Segmenters cost about a millisecond each; a house knows few languages, and a hostile list of them is forgotten. */
const KEPT = 64;
const segmenters = new Map<string, Intl.Segmenter>();

/** A segmenter for a language; for one that nobody knows, the one for English. */
export const segmenterFor = (language: string, granularity: Granularity): Intl.Segmenter => {
  const key = `${granularity} ${language.slice(0, 40)}`;
  const known = segmenters.get(key);
  if (known) return known;
  if (segmenters.size >= KEPT) segmenters.clear();
  const segmenter = new Intl.Segmenter(isLanguageTag(language) ? language : 'en', { granularity });
  segmenters.set(key, segmenter);
  return segmenter;
};
