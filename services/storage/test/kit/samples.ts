/** Files that are made for the tests; nothing is taken from anywhere. */

const SENTENCES = [
  'The clerk of tides came down before the lamps were out, and wrote the height of the water on a slate.',
  '“It is lower than yesterday,” she said, “and it was lower yesterday than the day before.”',
  'Nobody in the office looked up; the sea had been leaving for years, and paper takes no interest in water.',
  'At noon the harbour smelled of rope and iron, and a boat lay on its side like a sleeping dog.',
];

/** Prose of exactly so many bytes, with a chapter heading; no two calls give the same. */
export const prose = (sizeBytes: number): Buffer => {
  const seed = `# Low Water ${crypto.randomUUID()}\n\n`;
  let text = seed;
  for (let index = 0; text.length < sizeBytes; index += 1) text += `${SENTENCES[index % SENTENCES.length]}\n\n`;
  const bytes = Buffer.from(text).subarray(0, sizeBytes);
  // not in the middle of a letter
  for (let at = bytes.length - 3; at < bytes.length; at += 1) if (at >= 0) bytes[at] = 0x2e;
  return bytes;
};
