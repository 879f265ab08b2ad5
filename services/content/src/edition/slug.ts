import anyAscii from 'any-ascii';

const LONGEST = 80;
/** For titles that leave nothing, e.g. "???". */
const NAMELESS = 'book';

/**
 * The address that a title suggests, in small ASCII letters whatever its script: "Война и мир" → voyna-i-mir. An
 * apostrophe joins, everything else that is no letter or digit separates.
 */
export const slugOf = (title: string): string => {
  const words = anyAscii(title.normalize('NFC'))
    .toLowerCase()
    .replaceAll(/['’`]/g, '')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  let slug = '';
  for (const word of words) {
    const longer = slug === '' ? word : `${slug}-${word}`;
    if (longer.length > LONGEST) break;
    slug = longer;
  }
  return slug || words[0]?.slice(0, LONGEST) || NAMELESS;
};

/** Suffixes that are tried before a random one. */
const NUMBERED = 9;

/** What a book's address may become, in this order: the bare one, then with a number. */
export const slugCandidates = (slug: string): string[] => [
  slug,
  ...Array.from({ length: NUMBERED - 1 }, (_, index) => `${slug}-${index + 2}`),
];
