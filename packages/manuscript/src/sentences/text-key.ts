const WHITE_SPACE = /\s+/g;

/** The text as far as its identity goes: one space for white space, composed characters. */
export const normaliseSentence = (text: string): string => text.normalize('NFC').replace(WHITE_SPACE, ' ').trim();

/** Mixes the bits of a 32-bit number so that each depends on all. */
const mix = (value: number): number => {
  let mixed = value;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
};

/**
 * A short name for a text: 53 bits of two multiplicative hashes, in base 36. It tells the sentences of a book apart (a
 * collision among 20,000 sentences has a probability of 2 in 100 million); it is not safe against somebody who wants two
 * sentences to have one name. The same in every browser and on the server, now and later: ids of sentences are stored.
 */
export const textKey = (text: string): string => {
  let one = 0x811c9dc5;
  let other = 0x9e3779b9;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    one = Math.imul(one ^ unit, 0x01000193);
    other = Math.imul(other ^ unit, 0x5bd1e995) + (other >>> 15);
  }
  const high = mix(other ^ text.length) & 0x1fffff;
  return (high * 0x1_0000_0000 + mix(one)).toString(36).padStart(11, '0');
};
