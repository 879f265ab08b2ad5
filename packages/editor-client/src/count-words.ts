import * as Y from 'yjs';

/** Words that updates (v1) insert, about: for telling people how much is not saved yet. */
export const countWords = (updates: readonly Uint8Array[]): number => {
  if (updates.length === 0) return 0;
  const { structs } = Y.decodeUpdate(Y.mergeUpdates([...updates]));
  let text = '';
  let end: { client: number; clock: number } | undefined;
  for (const struct of structs) {
    if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentString)) continue;
    // letters that were typed one after the other are one word, though they came one by one
    const follows =
      end && struct.origin && struct.origin.client === end.client && struct.origin.clock === end.clock - 1;
    text += (follows ? '' : ' ') + struct.content.str;
    end = { client: struct.id.client, clock: struct.id.clock + struct.length };
  }
  return text.match(/\S+/g)?.length ?? 0;
};
