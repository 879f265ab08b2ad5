import { randomBytes } from 'node:crypto';
import { builtServiceNames, contentApi, createClient, storageApi, userApi } from '@authorworks/contracts';
import { eventually, startTestHouse, type TestHouse, type TestPerson } from '@authorworks/local/testing';
import { isStanding, openHouse } from '../lib/house.ts';
import { comeIn, PASSWORD } from '../lib/people.ts';

/** What strangers and owners need of a house. */
export type Street = Pick<TestHouse, 'urlOf' | 'signUp' | 'stop'>;

/** A house of services in this process; or the one at BASE_URL, of which everybody knows the door alone. */
export const openStreet = async (): Promise<Street> => {
  if (!isStanding) return await startTestHouse({ services: builtServiceNames });
  const { url, close } = await openHouse();
  return {
    urlOf: url,
    stop: close,
    signUp: async (name = 'Mary') => {
      const { accountId, email, user, content, storage, token } = await comeIn(url, name);
      return { accountId, name, email, password: PASSWORD, accessToken: await token(), user, content, storage };
    },
  };
};

/** Words that stand in everything of Mary's that must stay hers: an answer to another that holds one is a leak. */
export const CANARY = `zzyx${randomBytes(6).toString('hex')}`;

/** A new session, for after one that the API itself has ended. */
export const signInAgain = async (world: World, person: TestPerson): Promise<string> => {
  const { accessToken } = await createClient(userApi, { baseUrl: world.house.urlOf('user') }).createSession({
    body: { email: person.email, password: person.password },
  });
  return accessToken;
};

/** One of every kind of thing that a path can name, by the name of its parameter. */
export type Fixtures = Readonly<Record<string, string>>;

export interface World {
  readonly house: Street;
  readonly mary: TestPerson;
  /** In Mary's book, allowed to read and comment. */
  readonly betaReader: TestPerson;
  /** Was in Mary's book. */
  readonly removed: TestPerson;
  readonly stranger: TestPerson;
  /** Everything of Mary's. */
  readonly hers: Things;
  /** The same kinds of things, of the stranger's own. */
  readonly strangers: Things;
}

const makeFixtures = async (house: Street, person: TestPerson, word: string) => {
  const { content, user, storage } = person;
  const series = await content.createSeries({ body: { title: `Series ${word}` } });
  const book = await content.createBook({
    body: { title: `Book ${word}`, description: `Description ${word}`, seriesId: series.id },
  });
  const params = { bookId: book.id };
  const chapter = await content.createNode({ params, body: { kind: 'chapter', title: `Chapter ${word}` } });
  const scene = await content.createNode({
    params,
    body: { kind: 'scene', title: `Scene ${word}`, parentId: chapter.id },
  });
  const otherScene = await content.createNode({
    params,
    body: { kind: 'scene', title: `Other scene ${word}`, parentId: chapter.id },
  });
  await content.writeSceneText({
    params: { sceneId: scene.id },
    body: { text: `It was a dark and ${word} night.` },
  });
  const revision = await content.createRevision({
    params: { sceneId: scene.id },
    body: { name: `Revision ${word}` },
  });
  const compilation = await content.createCompilation({ params, body: { format: 'markdown' } });
  await eventually(async () => {
    const { status } = await content.readCompilation({ params: { compilationId: compilation.id } });
    if (status !== 'succeeded') throw new Error(`the compilation is ${status}`);
  });
  const form = new FormData();
  form.append('file', new Blob([`# One\n\nText ${word}.`]), `import ${word}.md`);
  const started = await content.createImport({ body: form });
  await eventually(async () => {
    const { status } = await content.readImport({ params: { importId: started.id } });
    if (status !== 'succeeded') throw new Error(`the import is ${status}`);
  });
  const penName = await user.createPenName({ body: { name: `Pen ${word}` } });
  const apiToken = await user.createApiToken({ body: { name: `Token ${word}`, scopes: ['books:read'] } });
  // a second session, so that ending it does not end the one that the test speaks through
  const second = await createClient(userApi, { baseUrl: house.urlOf('user') }).createSession({
    body: { email: person.email, password: person.password },
  });
  const file = await uploadNote(house, storage, `note ${word}`);
  const upload = await storage.createUpload({
    body: { name: `unfinished ${word}.txt`, sizeBytes: 10, purpose: 'attachment' },
  });
  return {
    accountId: person.accountId,
    sessionId: second.sessionId,
    apiTokenId: apiToken.id,
    penNameId: penName.id,
    seriesId: series.id,
    bookId: book.id,
    nodeId: chapter.id,
    sceneId: scene.id,
    otherSceneId: otherScene.id,
    revisionId: revision.id,
    importId: started.id,
    compilationId: compilation.id,
    fileId: file,
    uploadId: upload.id,
    partNumber: '1',
    partUrl: upload.parts[0]?.url ?? '',
    fileUrl: (await storage.readFile({ params: { fileId: file } })).url,
  };
};

const uploadNote = async (house: Street, storage: TestPerson['storage'], text: string): Promise<string> => {
  const bytes = new TextEncoder().encode(text);
  const upload = await storage.createUpload({
    body: { name: `${text}.txt`, sizeBytes: bytes.length, purpose: 'attachment' },
  });
  const part = upload.parts[0];
  if (!part) throw new Error('an upload has at least one part');
  const response = await fetch(new URL(part.url, house.urlOf('gateway')), {
    method: 'PUT',
    body: bytes,
    headers: { 'content-type': 'application/octet-stream' },
  });
  if (!response.ok) throw new Error(`the part was not taken: ${response.status}`);
  return (await storage.completeUpload({ params: { uploadId: upload.id }, body: {} })).id;
};

type Things = Awaited<ReturnType<typeof makeFixtures>> & {
  readonly collaboratorId: string;
  readonly editionId: string;
  readonly slug: string;
};

/** Clients that speak through the gateway, as everybody outside does. */
const throughTheDoor = (house: Street, person: TestPerson): TestPerson => {
  const options = {
    baseUrl: house.urlOf('gateway'),
    headers: () => ({ authorization: `Bearer ${person.accessToken}` }),
  };
  return {
    ...person,
    user: createClient(userApi, options),
    content: createClient(contentApi, options),
    storage: createClient(storageApi, options),
  };
};

export const makeWorld = async (house: Street): Promise<World> => {
  const join = async (name: string): Promise<TestPerson> => throughTheDoor(house, await house.signUp(name));
  const [mary, betaReader, removed, stranger] = [
    await join('Mary'),
    await join('Beta'),
    await join('Removed'),
    await join('Stranger'),
  ];
  const hers = await makeFixtures(house, mary, CANARY);
  const strangers = await makeFixtures(house, stranger, 'ordinary');
  const params = { bookId: hers.bookId };
  // somebody who has no account yet: a member may leave by themselves, so their own row proves nothing
  const invited = await mary.content.addCollaborator({
    params,
    body: { email: 'invited@example.org', role: 'editor' },
  });
  await mary.content.addCollaborator({
    params,
    body: { email: betaReader.email, role: 'beta-reader' },
  });
  const leaving = await mary.content.addCollaborator({ params, body: { email: removed.email, role: 'co-author' } });
  await mary.content.removeCollaborator({ params: { ...params, collaboratorId: leaving.id } });
  const own = await stranger.content.addCollaborator({
    params: { bookId: strangers.bookId },
    body: { email: betaReader.email, role: 'beta-reader' },
  });
  const edition = await mary.content.createEdition({ params, body: { slug: `published-${Date.now()}` } });
  const ownEdition = await stranger.content.createEdition({
    params: { bookId: strangers.bookId },
    body: {},
  });
  // published words are public, so the draft gets a canary of its own after publishing
  await mary.content.withdrawBook({ params });
  return {
    house,
    mary,
    betaReader,
    removed,
    stranger,
    hers: { ...hers, collaboratorId: invited.id, editionId: edition.id, slug: edition.slug },
    strangers: { ...strangers, collaboratorId: own.id, editionId: ownEdition.id, slug: ownEdition.slug },
  };
};
