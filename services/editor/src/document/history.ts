import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import type { AccountId } from '@authorworks/contracts';
import { createDecoder, hasContent, readVarUint, readVarUint8Array } from 'lib0/decoding';
import { createEncoder, toUint8Array, writeVarUint, writeVarUint8Array } from 'lib0/encoding';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** One change of the past. */
export interface PastUpdate {
  readonly version: number;
  readonly accountId: AccountId;
  readonly at: Date;
  /** Yjs v1 encoding. */
  readonly data: Uint8Array;
}

/** A span of versions as it is kept in scene_history. */
export interface HistorySpan {
  readonly fromVersion: number;
  readonly toVersion: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly accountIds: readonly AccountId[];
  readonly data: Uint8Array;
}

/** Updates in one span; small enough that a scrubber reads and applies one in a moment. */
export const SPAN_UPDATES = 1_000;

/** Packs updates of one document, in order and without gaps, with their times and authors. */
export const packSpan = async (updates: readonly PastUpdate[]): Promise<HistorySpan> => {
  const first = updates[0];
  const last = updates.at(-1);
  if (!first || !last) throw new RangeError('an empty span');
  const accountIds = [...new Set(updates.map(({ accountId }) => accountId))];
  const encoder = createEncoder();
  let before = first.at.getTime();
  for (const { accountId, at, data } of updates) {
    // clocks of replicas differ a little; a scrubber wants time to go forward
    const now = Math.max(before, at.getTime());
    writeVarUint(encoder, now - before);
    writeVarUint(encoder, accountIds.indexOf(accountId));
    writeVarUint8Array(encoder, data);
    before = now;
  }
  return {
    fromVersion: first.version,
    toVersion: last.version,
    firstAt: first.at,
    lastAt: new Date(before),
    accountIds,
    data: await compress(toUint8Array(encoder)),
  };
};

export const unpackSpan = async (span: HistorySpan): Promise<PastUpdate[]> => {
  const decoder = createDecoder(await decompress(span.data));
  const updates: PastUpdate[] = [];
  let at = span.firstAt.getTime();
  for (let version = span.fromVersion; hasContent(decoder); version += 1) {
    at += readVarUint(decoder);
    const accountId = span.accountIds[readVarUint(decoder)];
    const data = readVarUint8Array(decoder);
    if (accountId === undefined) throw new RangeError(`the history from version ${span.fromVersion} is damaged`);
    updates.push({ version, accountId, at: new Date(at), data: Uint8Array.from(data) });
  }
  return updates;
};

export const packState = async (state: Uint8Array): Promise<Uint8Array> => await compress(state);
export const unpackState = async (data: Uint8Array): Promise<Uint8Array> => await decompress(data);
