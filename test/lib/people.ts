import { randomBytes } from 'node:crypto';
import {
  type AccountId,
  contentApi,
  createClient,
  storageApi,
  userApi,
  type Client,
  type ContentApi,
  type StorageApi,
  type UserApi,
} from '@authorworks/contracts';
import { connectEditor, type EditorConnection, FRAGMENT, type LiveScene } from '@authorworks/editor-client';
import * as Y from 'yjs';

/** Somebody who uses the house through its door. */
export interface Person {
  readonly name: string;
  readonly email: string;
  readonly accountId: AccountId;
  readonly user: Client<UserApi>;
  readonly content: Client<ContentApi>;
  readonly storage: Client<StorageApi>;
  /** A valid access token; a new one when the last has grown old or the house has been started again. */
  readonly token: () => Promise<string>;
  readonly connect: () => EditorConnection;
}

/** Of this test file: in a house that stands, others have been before. */
const visit = randomBytes(4).toString('hex');

/** An address that nobody has had in this house. */
export const emailOf = (name: string): string =>
  `${name.toLowerCase().replaceAll(/[^a-z]+/g, '.')}.${visit}@example.org`;

export const PASSWORD = 'correct horse battery staple';
/** Access tokens live for 15 minutes; a test that lasts longer signs in again. */
const TOKEN_MS = 10 * 60_000;

/** Signs up, or signs in when the account is there already. `url` is asked each time, because a house may move. */
export const comeIn = async (url: () => string, name: string, email = emailOf(name)): Promise<Person> => {
  const anonymous = createClient(userApi, { baseUrl: url });
  await anonymous.createAccount({ body: { email, password: PASSWORD, name } }).catch((error: { code?: string }) => {
    if (error.code !== 'USER_EMAIL_TAKEN') throw error;
  });
  let held = { token: '', until: 0 };
  const token = async (): Promise<string> => {
    if (Date.now() < held.until) return held.token;
    const { accessToken } = await anonymous.createSession({ body: { email, password: PASSWORD } });
    held = { token: accessToken, until: Date.now() + TOKEN_MS };
    return accessToken;
  };
  const options = { baseUrl: url, headers: async () => ({ authorization: `Bearer ${await token()}` }) };
  const user = createClient(userApi, options);
  const { id } = await user.readAccount();
  return {
    name,
    email,
    accountId: id,
    user,
    content: createClient(contentApi, options),
    storage: createClient(storageApi, options),
    token,
    connect: () => connectEditor({ url: url(), token }),
  };
};

/** A book with one chapter and one scene. */
export const startBook = async (
  person: Person,
  title: string,
): Promise<{ bookId: string; chapterId: string; sceneId: string }> => {
  const book = await person.content.createBook({ body: { title } });
  const params = { bookId: book.id };
  const chapter = await person.content.createNode({ params, body: { kind: 'chapter', title: 'One' } });
  const scene = await person.content.createNode({
    params,
    body: { kind: 'scene', title: 'First', parentId: chapter.id },
  });
  return { bookId: book.id, chapterId: chapter.id, sceneId: scene.id };
};

const lineOf = (node: unknown): string => {
  if (node instanceof Y.XmlText)
    return (node.toDelta() as { insert: unknown }[])
      .map(({ insert }) => (typeof insert === 'string' ? insert : ''))
      .join('');
  return node instanceof Y.XmlElement ? node.toArray().map(lineOf).join('') : '';
};

/** Plain text of a live document, one line for each block. */
export const textOf = (doc: Y.Doc): string => doc.getXmlFragment(FRAGMENT).toArray().map(lineOf).join('\n');

/** Types at the end of the first paragraph. */
export const type = (scene: LiveScene, text: string): void => {
  const fragment = scene.doc.getXmlFragment(FRAGMENT);
  // somebody who was shown out has an empty page before her
  if (fragment.length === 0) fragment.insert(0, [new Y.XmlElement('paragraph')]);
  const paragraph = fragment.get(0) as Y.XmlElement;
  let [first] = paragraph.toArray();
  if (!(first instanceof Y.XmlText)) {
    first = new Y.XmlText();
    paragraph.insert(0, [first]);
  }
  first.insert(first.length, text);
};

/** Opens a scene and waits until its text is there. */
export const openScene = async (connection: EditorConnection, sceneId: string): Promise<LiveScene> => {
  const scene = connection.openScene(sceneId);
  await scene.whenSynced();
  return scene;
};
