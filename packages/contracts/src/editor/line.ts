// What both ends of the editor's socket do at run time. Without schemas: clients in browsers import only this file.

/** Where the editor's socket.io server listens, and its namespace. */
export const EDITOR_SOCKET_PATH = '/api/editor/socket';
export const EDITOR_NAMESPACE = '/editor';

/** Puts updates behind each other, each after its length as four bytes (big endian). */
export const packUpdates = (updates: readonly Uint8Array[]): Uint8Array => {
  const packed = new Uint8Array(updates.reduce((size, update) => size + 4 + update.length, 0));
  const view = new DataView(packed.buffer);
  let offset = 0;
  for (const update of updates) {
    view.setUint32(offset, update.length);
    packed.set(update, offset + 4);
    offset += 4 + update.length;
  }
  return packed;
};

/** The inverse of `packUpdates`. @throws RangeError when the bytes end too early. */
export const unpackUpdates = (packed: Uint8Array): Uint8Array[] => {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const updates: Uint8Array[] = [];
  for (let offset = 0; offset < packed.length; ) {
    const length = view.getUint32(offset);
    if (offset + 4 + length > packed.length) throw new RangeError('the packed updates end too early');
    updates.push(packed.subarray(offset + 4, offset + 4 + length));
    offset += 4 + length;
  }
  return updates;
};
