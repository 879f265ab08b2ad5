import { contentEvents, userEvents } from '@authorworks/contracts';
import { eventually } from '@authorworks/platform/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sweep } from '../src/sweep.ts';
import { announce, asEditor, eventsOf, NOBODY_ID, rejection } from './behind.ts';
import { type ContentHouse, type Person, startContentHouse } from './house.ts';

describe('people who work on a book', () => {
  let house: ContentHouse;
  let mary: Person;
  let anne: Person;
  beforeAll(async () => {
    house = await startContentHouse();
    [mary, anne] = [await house.signUp('Mary'), await house.signUp('Anne')];
  });
  afterAll(async () => await house?.close());

  const begin = async (): Promise<{ bookId: string }> => ({
    bookId: (await mary.content.createBook({ body: { title: 'Together' } })).id,
  });
  /** As the user service tells when somebody has opened the link in the mail. */
  const confirm = async ({ accountId, email, name }: Pick<Person, 'accountId' | 'email' | 'name'>): Promise<void> =>
    await announce(house, userEvents.accountUpdated, { accountId, email, emailVerified: true, name });

  it('are there at once when they have an account, and are told of', async () => {
    const params = await begin();
    const added = await mary.content.addCollaborator({
      params,
      body: { email: anne.email.toUpperCase(), role: 'Co Author' },
    });
    expect(added).toMatchObject({ accountId: anne.accountId, name: 'Anne', email: anne.email, role: 'co-author' });
    expect((await anne.content.readBook({ params })).role).toBe('co-author');
    expect(await eventsOf(house, contentEvents.accessChanged, params.bookId)).toEqual([
      { ...params, accountId: anne.accountId, role: 'co-author' },
    ]);
    expect(await eventsOf(house, contentEvents.collaboratorInvited, params.bookId)).toMatchObject([
      { collaboratorId: added.id, bookTitle: 'Together', role: 'co-author', invitedByName: 'Mary', hasAccount: true },
    ]);
  });

  it('are listed with the owner first', async () => {
    const params = await begin();
    await mary.content.addCollaborator({ params, body: { email: anne.email, role: 'beta-reader' } });
    await mary.content.addCollaborator({ params, body: { email: 'nobody@example.org', role: 'editor' } });
    const { data } = await anne.content.listCollaborators({ params });
    expect(data.map(({ name, email, role, accountId }) => [name, email, role, accountId !== null])).toEqual([
      ['Mary', mary.email, 'owner', true],
      ['Anne', anne.email, 'beta-reader', true],
      ['', 'nobody@example.org', 'editor', false],
    ]);
  });

  it('are asked once', async () => {
    const params = await begin();
    for (const email of [anne.email, 'Nobody@example.org']) {
      await mary.content.addCollaborator({ params, body: { email, role: 'editor' } });
      const again = mary.content.addCollaborator({ params, body: { email: email.toLowerCase(), role: 'editor' } });
      expect(await rejection(again)).toMatchObject({ status: 409, code: 'CONTENT_ALREADY_COLLABORATOR' });
    }
    const owner = mary.content.addCollaborator({ params, body: { email: mary.email, role: 'editor' } });
    expect(await rejection(owner)).toMatchObject({ status: 409 });
  });

  it('cannot be asked to be the owner, or under an address that is none', async () => {
    const params = await begin();
    const add = async (body: { email: string; role: string }) =>
      await rejection(mary.content.addCollaborator({ params, body: body }));
    expect(await add({ email: anne.email, role: 'owner' })).toMatchObject({ fields: [{ path: 'body.role' }] });
    expect(await add({ email: 'anne', role: 'editor' })).toMatchObject({ fields: [{ path: 'body.email' }] });
  });

  it('wait for an account whose address is confirmed', async () => {
    const params = await begin();
    const email = 'Late.Comer@example.org';
    const { id, accountId } = await mary.content.addCollaborator({ params, body: { email, role: 'editor' } });
    expect(accountId).toBeNull();
    expect(await eventsOf(house, contentEvents.accessChanged, params.bookId)).toEqual([]);
    const late = await house.signUp('Late', email.toLowerCase());
    // the account's own event has arrived when a later one has: streams keep their order
    const marker = await begin();
    await mary.content.addCollaborator({ params: marker, body: { email: 'marker@example.org', role: 'editor' } });
    await confirm({ ...(await house.signUp('Marker', 'marker@example.org')) });
    await eventually(async () => {
      const { data } = await mary.content.listCollaborators({ params: marker });
      expect(data.some(({ name }) => name === 'Marker')).toBe(true);
    });
    expect(await rejection(late.content.readBook({ params }))).toMatchObject({ status: 404 });
    await confirm(late);
    await eventually(async () => expect((await late.content.readBook({ params })).role).toBe('editor'));
    await confirm(late);
    const { data } = await mary.content.listCollaborators({ params });
    expect(data.filter((row) => row.accountId === late.accountId).map((row) => row.id)).toEqual([id]);
    expect(await eventsOf(house, contentEvents.accessChanged, params.bookId)).toEqual([
      { ...params, accountId: late.accountId, role: 'editor' },
    ]);
  });

  it('get an invitation under their new address as well, unless they are in the book already', async () => {
    const params = await begin();
    await mary.content.addCollaborator({ params, body: { email: anne.email, role: 'editor' } });
    await mary.content.addCollaborator({ params, body: { email: 'anne.new@example.org', role: 'beta-reader' } });
    await confirm({ ...anne, email: 'anne.new@example.org' });
    await eventually(async () => {
      const { data } = await mary.content.listCollaborators({ params });
      expect(data.map(({ role }) => role)).toEqual(['owner', 'editor']);
    });
  });

  it('are found by the sweeper when the news of their account was lost, but only with a confirmed address', async () => {
    const params = await begin();
    await mary.content.addCollaborator({ params, body: { email: 'lost@example.org', role: 'editor' } });
    const lost = await house.signUp('Lost', 'lost@example.org');
    const { user } = house.context();
    await sweep(house.context());
    expect(await rejection(lost.content.readBook({ params }))).toMatchObject({ status: 404 });
    // the same account, as the user service tells of it once its address is confirmed
    const confirmed: typeof user = {
      ...user,
      findAccounts: async (call, options) =>
        (await user.findAccounts(call, options)).map((account) => ({ ...account, emailVerified: true })),
    };
    await sweep({ ...house.context(), user: confirmed });
    expect((await lost.content.readBook({ params })).role).toBe('editor');
  });

  it('are not asked while the user service is away, because nobody could say who they are', async () => {
    const params = await begin();
    await house.stop('user');
    try {
      const added = mary.content.addCollaborator({ params, body: { email: 'x@example.org', role: 'editor' } });
      expect(await rejection(added)).toMatchObject({ status: 503 });
      const { data } = await mary.content.listCollaborators({ params });
      expect(data).toHaveLength(1);
    } finally {
      await house.start('user');
    }
  });

  it('get another role, and the house hears of it', async () => {
    const params = await begin();
    const { id } = await mary.content.addCollaborator({ params, body: { email: anne.email, role: 'beta-reader' } });
    const who = { params: { ...params, collaboratorId: id } };
    const scene = await mary.content.createNode({ params, body: { kind: 'scene' } });
    const write = async () =>
      await anne.content.writeSceneText({ params: { sceneId: scene.id }, body: { text: 'Anne was here.' } });
    expect(await rejection(write())).toMatchObject({ status: 403, code: 'CONTENT_ROLE_FORBIDS' });
    expect(await mary.content.updateCollaborator({ ...who, body: { role: 'editor' } })).toMatchObject({
      id,
      role: 'editor',
    });
    await mary.content.updateCollaborator({ ...who, body: { role: 'editor' } });
    expect((await write()).wordCount).toBe(3);
    const changes = await eventsOf(house, contentEvents.accessChanged, params.bookId);
    expect(changes.map(({ role }) => role)).toEqual(['beta-reader', 'editor']);
  });

  it('can be taken out, or leave; but not the owner', async () => {
    const params = await begin();
    const ben = await house.signUp('Ben');
    const ids: Record<string, string> = {};
    for (const person of [anne, ben])
      ids[person.name] = (
        await mary.content.addCollaborator({ params, body: { email: person.email, role: 'co-author' } })
      ).id;
    const remove = async (by: Person, id = ''): Promise<unknown> =>
      await by.content.removeCollaborator({ params: { ...params, collaboratorId: id } });
    expect(await rejection(remove(anne, ids['Ben']))).toMatchObject({ status: 403, code: 'CONTENT_ROLE_FORBIDS' });
    await remove(anne, ids['Anne']);
    expect(await rejection(anne.content.readBook({ params }))).toMatchObject({ status: 404 });
    await remove(mary, ids['Ben']);
    expect(await rejection(remove(mary, ids['Ben']))).toMatchObject({ code: 'CONTENT_COLLABORATOR_NOT_FOUND' });
    expect(await rejection(remove(mary, NOBODY_ID))).toMatchObject({ code: 'CONTENT_COLLABORATOR_NOT_FOUND' });
    const owner = (await mary.content.listCollaborators({ params })).data[0]?.id;
    expect(await rejection(remove(mary, owner))).toMatchObject({
      status: 403,
      message: expect.stringContaining('bin'),
    });
    const demoted = mary.content.updateCollaborator({
      params: {
        ...params,
        collaboratorId: owner ?? '',
      },
      body: { role: 'editor' },
    });
    expect(await rejection(demoted)).toMatchObject({ status: 403 });
    const changes = await eventsOf(house, contentEvents.accessChanged, params.bookId);
    expect(changes.slice(-2)).toEqual([
      { ...params, accountId: anne.accountId, role: null },
      { ...params, accountId: ben.accountId, role: null },
    ]);
  });

  it('are one person however many say so at the same moment', async () => {
    const params = await begin();
    const asked = await Promise.allSettled(
      Array.from({ length: 8 }, async (_, index) => {
        const email = index % 2 === 0 ? anne.email : 'twice@example.org';
        return await mary.content.addCollaborator({ params, body: { email, role: 'editor' } });
      }),
    );
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect((await mary.content.listCollaborators({ params })).data).toHaveLength(3);
  });

  it('are told to the other services by book and by scene, but never across the two', async () => {
    const params = await begin();
    const other = await begin();
    const scene = await mary.content.createNode({ params, body: { kind: 'scene' } });
    const editor = asEditor(house);
    const { accountId } = mary;
    const nobody = { bookId: null, role: null };
    const owner = { bookId: params.bookId, role: 'owner' };
    expect(await editor.readAccess({ query: { accountId, bookId: params.bookId } })).toEqual(owner);
    expect(await editor.readAccess({ query: { accountId, sceneId: scene.id } })).toEqual(owner);
    expect(await editor.readAccess({ query: { accountId, sceneId: scene.id, bookId: params.bookId } })).toEqual(owner);
    expect(await editor.readAccess({ query: { accountId, sceneId: scene.id, bookId: other.bookId } })).toEqual(nobody);
    expect(await editor.readAccess({ query: { accountId: anne.accountId, sceneId: scene.id } })).toEqual(nobody);
    expect(await editor.readAccess({ query: { accountId } })).toEqual(nobody);
    await mary.content.deleteNode({ params: { nodeId: scene.id } });
    expect(await editor.readAccess({ query: { accountId, sceneId: scene.id } })).toEqual(nobody);
    await mary.content.deleteBook({ params });
    expect(await editor.readAccess({ query: { accountId, bookId: params.bookId } })).toEqual(nobody);
  });
});
