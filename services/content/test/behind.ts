import {
  type Client,
  contentApi,
  type ContentApi,
  type EventData,
  type EventDefinition,
  editorEvents,
} from '@authorworks/contracts';
import { ApiError } from '@authorworks/contracts/client';
import { createIdentity, serviceClient } from '@authorworks/platform';
import { TEST_SERVICE_KEY } from '@authorworks/platform/testing';
import type { ContentHouse } from './house.ts';

/** An id that nothing has. */
export const NOBODY_ID = '0193a6b4-0000-7000-8000-000000000001';

/** The refusal of a call. Fails when the call succeeds, or breaks in another way. */
export const rejection = async (call: Promise<unknown>): Promise<ApiError> => {
  try {
    await call;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('the call was expected to be refused');
};

/** What was published of a type about a book, in order: read from the outbox, where it is kept for a day. */
export const eventsOf = async <E extends EventDefinition>(
  house: ContentHouse,
  event: E,
  bookId: string,
): Promise<EventData<E>[]> => {
  const rows = await house
    .context()
    .postgres.sql.query<{ data: EventData<E> }>(
      `SELECT envelope->'data' AS data FROM outbox WHERE type = $1 AND envelope->'data'->>'bookId' = $2 ORDER BY seq`,
      [event.type, bookId],
    );
  return rows.map(({ data }) => data);
};

/** The smallest PNG there is: one transparent pixel. */
export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** Stores a picture as another service would. @returns its file id. */
export const storePicture = async (
  house: ContentHouse,
  owner: { readonly ownerId: string; readonly bookId?: string },
): Promise<string> => {
  const query = { name: 'picture.png', purpose: 'image' as const, contentType: 'image/png', ...owner };
  return (await house.context().storage.putFile({ query, body: new Uint8Array(PIXEL) })).id;
};

/** Content as the editor service sees it. */
export const asEditor = (house: ContentHouse): Client<ContentApi> =>
  serviceClient(
    { directory: { urlOf: house.urlOf }, identity: createIdentity('editor', TEST_SERVICE_KEY) },
    'content',
    contentApi,
  );

/** Publishes an event as another service does, straight onto its stream. */
export const announce = async (house: ContentHouse, event: EventDefinition, data: unknown): Promise<void> => {
  const { type, version } = event;
  const source = type.slice(0, type.indexOf('.'));
  const meta = {
    id: crypto.randomUUID(),
    type,
    version,
    timestamp: new Date().toISOString(),
    correlationId: 'test',
    source,
  };
  await house.context().redis.commands.xadd(`${source}:events`, '*', 'envelope', JSON.stringify({ meta, data }));
};

export const announceChange = async (
  house: ContentHouse,
  scene: { readonly bookId: string; readonly sceneId: string; readonly version: number },
): Promise<void> =>
  await announce(house, editorEvents.sceneChanged, {
    ...scene,
    changedBlockIds: [],
    removedBlockIds: [],
    accountIds: [],
  });
