import { crc32, deflateRawSync } from 'node:zlib';

/** An entry as a hostile hand writes it: whatever is given here stands in the archive, true or not. */
export interface RawEntry {
  readonly name: string | Uint8Array;
  readonly content?: string | Uint8Array;
  /** What the entry's data is, when it is not the content packed. */
  readonly packed?: Uint8Array;
  readonly method?: number;
  readonly claimedSize?: number;
  readonly claimedCrc?: number;
  readonly flags?: number;
  /** Upper half: the mode of Unix. */
  readonly attributes?: number;
  /** Lies over the entry of this index. */
  readonly over?: number;
}

const MADE_BY_UNIX = 0x0314;

/** Builds a ZIP archive by hand, because no library makes wrong ones. */
export const rawZip = (entries: readonly RawEntry[], claimedCount = entries.length): Uint8Array => {
  const parts: Buffer[] = [];
  const list: Buffer[] = [];
  const offsets: number[] = [];
  let at = 0;
  for (const entry of entries) {
    const { method = 8, flags = 0x800, attributes = 0o100644 * 0x10000 } = entry;
    const name = Buffer.from(entry.name as string);
    const content = Buffer.from((entry.content ?? '') as string);
    const packed = Buffer.from(entry.packed ?? (method === 8 ? deflateRawSync(content) : content));
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt16LE(flags, 6);
    local.writeUInt16LE(method, 8);
    local.writeUInt32LE(entry.claimedCrc ?? crc32(content), 14);
    local.writeUInt32LE(packed.length, 18);
    local.writeUInt32LE(entry.claimedSize ?? content.length, 22);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(MADE_BY_UNIX, 4);
    local.copy(central, 6, 4, 30);
    central.writeUInt32LE(attributes >>> 0, 38);
    const offset = entry.over === undefined ? at : (offsets[entry.over] ?? 0);
    central.writeUInt32LE(offset, 42);
    offsets.push(offset);
    list.push(central, name);
    if (entry.over === undefined) {
      parts.push(local, name, packed);
      at += local.length + name.length + packed.length;
    }
  }
  const directory = Buffer.concat(list);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(claimedCount, 0xffff), 8);
  end.writeUInt16LE(Math.min(claimedCount, 0xffff), 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...parts, directory, end]));
};
