const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const ID_LENGTH = 12;
/** Bytes from here on would make the first letters of the alphabet likelier than the others. */
const FAIR_BYTES = 256 - (256 % ALPHABET.length);

/** Random bytes are drawn many at a time: an import makes thousands of ids, and each draw costs more than its bytes. */
const pool = new Uint8Array(4096);
let used = pool.length;

const nextByte = (): number => {
  if (used >= pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  const byte = pool[used] ?? 0;
  used += 1;
  return byte;
};

/**
 * A new id for a block: 12 characters of base62, about 71 random bits. Two of a hundred million blocks share one with
 * a probability of about two in a million, and ids only need to differ within a book.
 */
export const newBlockId = (): string => {
  let id = '';
  while (id.length < ID_LENGTH) {
    const byte = nextByte();
    if (byte < FAIR_BYTES) id += ALPHABET.charAt(byte % ALPHABET.length);
  }
  return id;
};

const BLOCK_ID = /^[0-9A-Za-z]{12}$/;

/** Whether a value has the shape of a block id. */
export const isBlockId = (value: unknown): value is string => typeof value === 'string' && BLOCK_ID.test(value);
