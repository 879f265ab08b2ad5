import { startTestHouse, type TestHouse, type TestPerson } from '@authorworks/local/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusal, sha256 } from './kit/house.ts';
import { picture } from './kit/samples.ts';

/** With the real user and content services: the rest of the tests has a stand-in for content. */
describe('files in a house with accounts and books', () => {
  let house: TestHouse;
  beforeAll(async () => {
    house = await startTestHouse({ services: ['user', 'content', 'storage'] });
  });
  afterAll(async () => await house?.stop());

  const upload = async (person: TestPerson, bytes: Buffer, bookId: string) => {
    const body = { name: 'map.png', purpose: 'image', sizeBytes: bytes.length, bookId } as const;
    const begun = await person.storage.createUpload({ body });
    for (const { url } of begun.parts)
      await fetch(house.urlOf('storage') + url, { method: 'PUT', body: new Uint8Array(bytes) });
    return await person.storage.completeUpload({ params: { uploadId: begun.id }, body: { sha256: sha256(bytes) } });
  };

  it('belong to a book, and follow its collaborators', async () => {
    const [mary, john, stranger] = [await house.signUp('Mary'), await house.signUp('John'), await house.signUp('Eve')];
    const book = await mary.content.createBook({ body: { title: 'Low Water' } });
    const file = await upload(mary, await picture(), book.id);
    const read = async (person: TestPerson): Promise<number> =>
      (await refusal(person.storage.readFile({ params: { fileId: file.id } }))).status;
    expect([await read(mary), await read(john), await read(stranger)]).toEqual([200, 404, 404]);
    expect(await refusal(upload(john, await picture(), book.id))).toMatchObject({
      status: 404,
      code: 'STORAGE_BOOK_NOT_FOUND',
    });
    await mary.content.addCollaborator({ params: { bookId: book.id }, body: { email: john.email, role: 'co-author' } });
    expect([await read(john), await read(stranger)]).toEqual([200, 404]);
    const theirs = await upload(john, await picture(), book.id);
    const links = await mary.storage.linkFiles({ body: { fileIds: [file.id, theirs.id], variant: 'w160' } });
    expect(links).toHaveLength(2);
    for (const { url } of links) expect((await fetch(house.urlOf('storage') + url)).status).toBe(200);
  });
});
