import { createDecoder, readVarString, readVarUint } from 'lib0/decoding';
import { createEncoder, toUint8Array, writeVarString, writeVarUint } from 'lib0/encoding';

/**
 * An awareness update (y-protocols) without what it says about one client: the server sends all cursors of a scene
 * together, and nobody lets others tell where the own one stands.
 */
export const withoutClient = (update: Uint8Array, clientId: number): Uint8Array => {
  const decoder = createDecoder(update);
  const kept: [number, number, string][] = [];
  for (let left = readVarUint(decoder); left > 0; left -= 1) {
    const entry: [number, number, string] = [readVarUint(decoder), readVarUint(decoder), readVarString(decoder)];
    if (entry[0] !== clientId) kept.push(entry);
  }
  const encoder = createEncoder();
  writeVarUint(encoder, kept.length);
  for (const [client, clock, state] of kept) {
    writeVarUint(encoder, client);
    writeVarUint(encoder, clock);
    writeVarString(encoder, state);
  }
  return toUint8Array(encoder);
};
