import { createDecoder, type Decoder, readUint8, readVarInt, readVarUint } from 'lib0/decoding';

/** Why an update is refused before anything is applied. */
export class UpdateRefused extends Error {
  override readonly name = 'UpdateRefused';
  /** `invalid`: can never be applied. `out-of-order`: builds on changes that are not here (yet). */
  readonly kind: 'invalid' | 'out-of-order';

  constructor(kind: UpdateRefused['kind'], reason: string) {
    super(reason);
    this.kind = kind;
  }
}

/** How much one update may hold. A pasted chapter of 50,000 words has about 5,000 structs. */
export const updateLimits = {
  structs: 30_000,
  clients: 2_000,
  deletes: 200_000,
  /** Characters and other units together, of which a struct of deleted text names any number in a few bytes. */
  length: 40_000_000,
} as const;

/** Kinds of Yjs contents (struct refs) and types that a manuscript is made of. */
const GC = 0;
const DELETED = 1;
const STRING = 4;
const FORMAT = 6;
const TYPE = 7;
const ANY = 8;
const SKIP = 10;
const XML_ELEMENT = 3;
const XML_TEXT = 6;

const KIND = 0b0001_1111;
const HAS_PARENT_SUB = 0b0010_0000;
const HAS_RIGHT_ORIGIN = 0b0100_0000;
const HAS_ORIGIN = 0b1000_0000;

const invalid = (reason: string): UpdateRefused => new UpdateRefused('invalid', reason);

const skip = (decoder: Decoder, bytes: number): void => {
  if (bytes > decoder.arr.length - decoder.pos) throw invalid('it ends in the middle');
  decoder.pos += bytes;
};

const skipString = (decoder: Decoder): number => {
  const bytes = readVarUint(decoder);
  skip(decoder, bytes);
  return bytes;
};

const skipId = (decoder: Decoder): void => {
  readVarUint(decoder);
  readVarUint(decoder);
};

/** Values of attributes as lib0 writes them: only plain ones, because that is what a manuscript has. */
const skipValue = (decoder: Decoder): void => {
  const kind = readUint8(decoder);
  if (kind === 127 || kind === 126 || kind === 121 || kind === 120) return;
  if (kind === 125) readVarInt(decoder);
  else if (kind === 124) skip(decoder, 4);
  else if (kind === 123) skip(decoder, 8);
  else if (kind === 119) skipString(decoder);
  else throw invalid('an attribute is neither text nor a number');
};

/** @returns the length of the content in Yjs' units, or more. */
const skipContent = (decoder: Decoder, kind: number): number => {
  switch (kind) {
    case DELETED:
      return readVarUint(decoder);
    case STRING:
      return skipString(decoder);
    case FORMAT:
      skipString(decoder);
      skipString(decoder);
      return 1;
    case TYPE: {
      const type = readVarUint(decoder);
      if (type === XML_ELEMENT) skipString(decoder);
      else if (type !== XML_TEXT) throw invalid('it holds a type that no manuscript has');
      return 1;
    }
    case ANY: {
      const count = readVarUint(decoder);
      if (count !== 1) throw invalid('an attribute has not exactly one value');
      skipValue(decoder);
      return 1;
    }
    default:
      throw invalid('it holds content that no manuscript has');
  }
};

/** @returns the length of the struct. */
const skipStruct = (decoder: Decoder): number => {
  const info = readUint8(decoder);
  const kind = info & KIND;
  if (kind === GC) return readVarUint(decoder);
  if (kind === SKIP) throw new UpdateRefused('out-of-order', 'it leaves out changes in its middle');
  if ((info & HAS_ORIGIN) !== 0) skipId(decoder);
  if ((info & HAS_RIGHT_ORIGIN) !== 0) skipId(decoder);
  if ((info & (HAS_ORIGIN | HAS_RIGHT_ORIGIN)) === 0) {
    const isRoot = readVarUint(decoder) === 1;
    if (isRoot) skipString(decoder);
    else skipId(decoder);
    if ((info & HAS_PARENT_SUB) !== 0) skipString(decoder);
  }
  return skipContent(decoder, kind);
};

const scanStructs = (decoder: Decoder): void => {
  const clients = readVarUint(decoder);
  if (clients > updateLimits.clients) throw invalid('it has too many authors');
  const seen = new Set<number>();
  let structs = 0;
  let length = 0;
  for (let index = 0; index < clients; index += 1) {
    const count = readVarUint(decoder);
    const client = readVarUint(decoder);
    const clock = readVarUint(decoder);
    structs += count;
    // checked before they are read: Yjs makes an array of the size that is named here
    if (structs > updateLimits.structs) throw invalid('it has too many parts');
    if (count === 0 || seen.has(client)) throw invalid('an author is named twice or for nothing');
    seen.add(client);
    for (let struct = 0; struct < count; struct += 1) length += skipStruct(decoder);
    if (length > updateLimits.length || clock + length > Number.MAX_SAFE_INTEGER / 2) throw invalid('it is too long');
  }
};

const scanDeletes = (decoder: Decoder): void => {
  const clients = readVarUint(decoder);
  let deletes = 0;
  for (let index = 0; index < clients; index += 1) {
    readVarUint(decoder);
    const count = readVarUint(decoder);
    deletes += count;
    if (deletes > updateLimits.deletes || count === 0) throw invalid('it deletes in too many places');
    for (let range = 0; range < count; range += 1) skipId(decoder);
  }
};

/**
 * Reads through an update (Yjs v1 encoding) without building anything of it: garbage, bombs and content that no manuscript
 * has are refused for the price of a glance. What passes can be decoded safely.
 * @throws UpdateRefused
 */
export const scanUpdate = (update: Uint8Array): void => {
  const decoder = createDecoder(update);
  try {
    scanStructs(decoder);
    scanDeletes(decoder);
  } catch (error) {
    throw error instanceof UpdateRefused ? error : invalid((error as Error).message);
  }
  if (decoder.pos !== update.length) throw invalid('something follows its end');
};
