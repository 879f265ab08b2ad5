import { describe, expect, it } from 'vitest';
import { fitsQuota, judgeContentRequest, judgeReader } from '../src/file/file-policy.ts';
import { openLinks, readingExpiry, secondsLeft } from '../src/link/links.ts';
import { fit } from '../src/picture/picture-task.ts';
import { compare, mayRemove } from '../src/sweep/scan-policy.ts';
import { missingParts, partsOf, partSizeFor, standOf, uploadsToGiveUp } from '../src/upload/upload-policy.ts';

const MIB = 1024 * 1024;

describe('who may read a file', () => {
  it.each([
    [{ ownerId: 'mary', bookId: null }, 'yes'],
    [{ ownerId: 'mary', bookId: 'b' }, 'yes'],
    [{ ownerId: 'john', bookId: null }, 'no'],
    [{ ownerId: 'john', bookId: 'b' }, 'ask'],
  ] as const)('%j for Mary: %s', (file, verdict) => expect(judgeReader(file, 'mary')).toBe(verdict));

  const file = (visibility: string) => ({ ownerId: 'john', bookId: null, visibility });
  it.each([
    [file('public'), 'none', false, 'allowed'],
    [file('public'), 'invalid', false, 'allowed'],
    [file('private'), 'valid', false, 'allowed'],
    [file('private'), 'none', true, 'allowed'],
    [file('private'), 'invalid', true, 'allowed'],
    [file('private'), 'none', false, 'not-found'],
    [file('private'), 'invalid', false, 'link-invalid'],
    [undefined, 'none', false, 'not-found'],
    [undefined, 'invalid', false, 'link-invalid'],
    [undefined, 'valid', false, 'not-found'],
  ] as const)('%j with a signature: %s, an account that may: %s → %s', (guarded, signature, accountMay, verdict) =>
    expect(judgeContentRequest({ file: guarded, signature, accountMay })).toBe(verdict),
  );

  it('a quota is filled to its last byte and not further', () => {
    expect([fitsQuota(90, 10, 100), fitsQuota(90, 11, 100), fitsQuota(0, 101, 100)]).toEqual([true, false, false]);
  });
});

describe('the parts of an upload', () => {
  it.each([
    [1, [1]],
    [8 * MIB, [8 * MIB]],
    [8 * MIB + 1, [8 * MIB, 1]],
    [16 * MIB, [8 * MIB, 8 * MIB]],
  ])('%i bytes are %j', (size, sizes) => {
    const parts = partsOf(size, partSizeFor(size));
    expect(parts.map(({ sizeBytes }) => sizeBytes)).toEqual(sizes);
    expect(parts.map(({ number }) => number)).toEqual(sizes.map((_, index) => index + 1));
  });

  it('are never more than S3 takes, nor larger than the contract lets through', () => {
    for (const size of [1, 4096 * MIB, 4096 * MIB + 1, 320_000 * MIB]) {
      const partSize = partSizeFor(size);
      expect(partSize).toBeLessThanOrEqual(32 * MIB);
      expect(partsOf(size, partSize).length).toBeLessThanOrEqual(10_000);
    }
  });

  it('are missing when they are not there, or not as long as they should be', () => {
    const plan = partsOf(25, 10);
    expect(missingParts(plan, [])).toEqual([1, 2, 3]);
    const arrived = [
      { number: 3, sizeBytes: 5 },
      { number: 1, sizeBytes: 9 },
      { number: 9, sizeBytes: 10 },
    ];
    expect(missingParts(plan, arrived)).toEqual([1, 2]);
  });

  const now = new Date(1_000);
  const open = { refusal: null, fileId: null, multipartId: 'm', expiresAt: new Date(1_001) };
  it.each([
    [open, 'open'],
    [{ ...open, expiresAt: now }, 'over'],
    [{ ...open, refusal: 'typeMismatch' }, 'over'],
    [{ ...open, multipartId: null }, 'over'],
    [{ ...open, fileId: 'f' }, 'done'],
    [{ ...open, fileId: 'f', expiresAt: now }, 'done'],
  ] as const)('%j stands %s', (upload, stand) => expect(standOf(upload, now)).toBe(stand));

  it('the uploads that have rested longest are given up, as many as are needed', () => {
    const upload = (id: string, sizeBytes: number, activeAt: number) => ({
      id,
      sizeBytes,
      activeAt: new Date(activeAt),
    });
    const three = [upload('b', 40, 2), upload('a', 40, 1), upload('c', 20, 3)];
    const given = (added: number): string[] => uploadsToGiveUp(three, added, 100).map(({ id }) => id);
    expect(given(0)).toEqual([]);
    expect(given(1)).toEqual(['a']);
    expect(given(41)).toEqual(['a', 'b']);
    expect(given(100)).toEqual(['a', 'b', 'c']);
    const many = Array.from({ length: 500 }, (_, index) => upload(String(index), 0, index));
    expect(uploadsToGiveUp(many, 0, 100).map(({ id }) => id)).toEqual(['0']);
  });
});

describe('the size of a picture', () => {
  it.each([
    [1000, 500, 100, 100, 50],
    [500, 1000, 100, 50, 100],
    [80, 60, 100, 80, 60],
    [100_000, 1, 100, 100, 1],
    [0, 0, 100, 1, 1],
  ])('%i × %i in a square of %i is %i × %i', (...[width, height, edge, w, h]) =>
    expect(fit(width, height, edge)).toEqual({ width: w, height: h }),
  );
});

describe('a signed address', () => {
  const key = 'a key that only tests know, 32 characters and more';
  const links = openLinks(key);
  const path = '/api/storage/v1/files/1/content';
  const now = new Date(1_000_000_000_000);
  const signed = links.sign('GET', path, 1_000_000_060);

  it('holds until it expires, for its method and path alone', () => {
    expect(links.isValid('GET', path, signed, now)).toBe(true);
    expect(links.isValid('GET', path, signed, new Date(1_000_000_060_000))).toBe(false);
    expect(links.isValid('PUT', path, signed, now)).toBe(false);
    expect(links.isValid('GET', `${path}/`, signed, now)).toBe(false);
    expect(links.isValid('GET', path, { ...signed, expires: signed.expires + 1 }, now)).toBe(false);
    expect(openLinks(`${key}!`).isValid('GET', path, signed, now)).toBe(false);
  });

  it('cannot be written in another way', () => {
    const { signature } = signed;
    const flipped = Array.from({ length: signature.length }, (_, index) => {
      const other = signature[index] === 'A' ? 'B' : 'A';
      return signature.slice(0, index) + other + signature.slice(index + 1);
    });
    const others = [
      ...flipped,
      '',
      'A'.repeat(43),
      signature.slice(0, -1),
      `${signature}A`,
      `${signature}=`,
      `${signature} `,
      signature.replaceAll('-', '+').replaceAll('_', '/').concat('='),
      Buffer.from(signature, 'base64url').toString('hex'),
      signature.toUpperCase(),
      '\u0000'.repeat(43),
      'é'.repeat(43),
    ].filter((other) => other !== signature);
    for (const other of others)
      expect([other, links.isValid('GET', path, { ...signed, signature: other }, now)]).toEqual([other, false]);
    for (const expires of [Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 1_000_000_060.5])
      expect(links.isValid('GET', path, { ...signed, expires }, now)).toBe(false);
  });

  it('for reading holds for one to two hours, and is the same for all that is asked within one', () => {
    const hour = 1_000_000_800;
    expect(readingExpiry(new Date(hour * 1000))).toBe(hour + 7_200);
    expect(readingExpiry(new Date((hour + 3_599) * 1000))).toBe(hour + 7_200);
    expect(readingExpiry(new Date((hour + 3_600) * 1000))).toBe(hour + 10_800);
    expect(secondsLeft(hour + 10, new Date(hour * 1000))).toBe(10);
    expect(secondsLeft(hour - 10, new Date(hour * 1000))).toBe(0);
  });
});

describe('what differs between objects and rows', () => {
  const before = new Date(100);
  const [old, young] = [new Date(99), new Date(101)];
  const object = (key: string, modifiedAt: Date) => ({ key, modifiedAt });
  const row = (key: string, by: 'blob' | 'variant' | 'upload' | 'removal', createdAt: Date) => ({ key, by, createdAt });

  it('is what nobody knows, and what is not there; the young is left alone', () => {
    const objects = [object('a', old), object('b', old), object('c', young), object('d', old), object('e', old)];
    const rows = [
      row('a', 'blob', old),
      row('d', 'upload', old),
      row('e', 'removal', young),
      row('x', 'blob', old),
      row('y', 'variant', old),
      row('z', 'blob', young),
      row('u', 'upload', old),
      row('v', 'removal', old),
    ];
    const { strays, missing } = compare(objects, rows, before);
    expect(strays).toEqual(['b']);
    expect(missing.map(({ key }) => key)).toEqual(['x', 'y']);
  });

  it('is not cleared away when it is most of everything', () => {
    expect([mayRemove(100, 100), mayRemove(101, 202), mayRemove(101, 203), mayRemove(5_000, 6_000)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });
});
