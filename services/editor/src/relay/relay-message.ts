import type { AccountId, BookId, BookRole, SceneId } from '@authorworks/contracts';
import { createDecoder, readUint8, readVarString, readVarUint, readVarUint8Array } from 'lib0/decoding';
import {
  createEncoder,
  toUint8Array,
  writeUint8,
  writeVarString,
  writeVarUint,
  writeVarUint8Array,
} from 'lib0/encoding';
import type { AccessChange, CommittedSpan } from '../document/ports.ts';

/** What replicas tell each other over Redis. */
export type RelayMessage =
  | ({ readonly kind: 'committed' } & CommittedSpan)
  | { readonly kind: 'moved'; readonly update: Uint8Array }
  | { readonly kind: 'arrived' }
  | { readonly kind: 'access'; readonly change: AccessChange }
  | { readonly kind: 'removed'; readonly sceneIds: readonly SceneId[] };

const COMMITTED = 1;
const MOVED = 2;
const ACCESS = 3;
const REMOVED = 4;
const ARRIVED = 5;

export const encodeMessage = (replica: string, message: RelayMessage): Buffer => {
  const encoder = createEncoder();
  writeVarString(encoder, replica);
  switch (message.kind) {
    case 'committed':
      writeUint8(encoder, COMMITTED);
      writeVarString(encoder, message.generation);
      writeVarUint(encoder, message.firstVersion);
      writeVarUint(encoder, message.updates.length);
      for (const update of message.updates) writeVarUint8Array(encoder, update);
      break;
    case 'moved':
      writeUint8(encoder, MOVED);
      writeVarUint8Array(encoder, message.update);
      break;
    case 'arrived':
      writeUint8(encoder, ARRIVED);
      break;
    case 'access':
      writeUint8(encoder, ACCESS);
      writeVarString(encoder, JSON.stringify(message.change));
      break;
    case 'removed':
      writeUint8(encoder, REMOVED);
      writeVarString(encoder, JSON.stringify(message.sceneIds));
      break;
  }
  return Buffer.from(toUint8Array(encoder));
};

/** A copy, because Redis' reader uses its buffer again. */
const ownBytes = (bytes: Uint8Array): Uint8Array => Uint8Array.from(bytes);

const readAccess = (text: string): AccessChange => {
  const { bookId, accountId, role } = JSON.parse(text) as Record<string, unknown>;
  return { bookId: bookId as BookId, accountId: accountId as AccountId | null, role: role as BookRole | null };
};

/** @throws when it is none of ours. */
export const decodeMessage = (bytes: Uint8Array): { readonly replica: string; readonly message: RelayMessage } => {
  const decoder = createDecoder(bytes);
  const replica = readVarString(decoder);
  switch (readUint8(decoder)) {
    case COMMITTED: {
      const generation = readVarString(decoder);
      const firstVersion = readVarUint(decoder);
      const updates = Array.from({ length: readVarUint(decoder) }, () => ownBytes(readVarUint8Array(decoder)));
      return { replica, message: { kind: 'committed', generation, firstVersion, updates } };
    }
    case MOVED:
      return { replica, message: { kind: 'moved', update: ownBytes(readVarUint8Array(decoder)) } };
    case ARRIVED:
      return { replica, message: { kind: 'arrived' } };
    case ACCESS:
      return { replica, message: { kind: 'access', change: readAccess(readVarString(decoder)) } };
    case REMOVED:
      return { replica, message: { kind: 'removed', sceneIds: JSON.parse(readVarString(decoder)) as SceneId[] } };
    default:
      throw new RangeError('an unknown message of a replica');
  }
};
