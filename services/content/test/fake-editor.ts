import { contentApi, editorApi, editorErrors, type LiveText } from '@authorworks/contracts';
import { type Context, defineRoutes, defineService, fail } from '@authorworks/platform';
import { serviceClient } from '@authorworks/platform';

type Doc = NonNullable<LiveText['doc']>;
interface Live {
  version: number;
  doc: Doc;
}

/** Stands for the editor until it is there: texts in memory, seeded from content. */
export type LiveTexts = Map<string, Live>;
export const fakeEditor = (live: LiveTexts) =>
  defineService({
    name: 'editor',
    version: '0',
    config: {},
    context: async (base): Promise<Context & { seed: (id: string) => Promise<Live> }> => {
      const content = serviceClient(base, 'content', contentApi);
      const seed = async (sceneId: string): Promise<Live> => {
        const known = live.get(sceneId);
        if (known) return known;
        const { doc } = await content.readSceneSeed({ params: { sceneId: sceneId } });
        const fresh = { version: 1, doc };
        live.set(sceneId, fresh);
        return fresh;
      };
      return { ...base, seed };
    },
    routes: [
      defineRoutes<Context & { seed: (id: string) => Promise<Live> }>()(editorApi, {
        readTexts: (_c, { body }) =>
          body.scenes.map(({ sceneId, knownVersion }) => {
            const text = live.get(sceneId);
            if (!text) return { sceneId, version: 0, doc: null };
            return { sceneId, version: text.version, doc: text.version === knownVersion ? null : text.doc };
          }),
        writeText: async (c, { params, body }) => {
          const text = await c.seed(params.sceneId);
          if (body.ifVersion !== undefined && body.ifVersion !== text.version) throw fail(editorErrors.versionConflict);
          text.version += 1;
          text.doc = body.doc;
          return { sceneId: params.sceneId, version: text.version, doc: text.doc };
        },
        splitText: async (c, { params, body }) => {
          const text = await c.seed(params.sceneId);
          const { newSceneId } = body;
          const known = live.get(newSceneId);
          if (!known) {
            const blocks = text.doc.content ?? [];
            const index = blocks.findIndex((block) => (block['attrs'] as { id?: string })?.id === body.blockId);
            if (index < 0) throw fail(editorErrors.blockNotFound);
            live.set(newSceneId, { version: 1, doc: { type: 'doc', content: blocks.slice(index) } });
            text.doc = { type: 'doc', content: blocks.slice(0, index) };
            text.version += 1;
          }
          const second = live.get(newSceneId) as Live;
          return {
            first: { sceneId: params.sceneId, version: text.version, doc: text.doc },
            second: { sceneId: newSceneId, version: second.version, doc: second.doc },
          };
        },
        mergeTexts: async (c, { params, body }) => {
          const text = await c.seed(params.sceneId);
          const other = await c.seed(body.otherSceneId);
          const has = new Set((text.doc.content ?? []).map((block) => JSON.stringify(block)));
          if (!(other.doc.content ?? []).every((block) => has.has(JSON.stringify(block)))) {
            text.doc = { type: 'doc', content: [...(text.doc.content ?? []), ...(other.doc.content ?? [])] };
            text.version += 1;
          }
          return { sceneId: params.sceneId, version: text.version, doc: text.doc };
        },
      }),
    ],
  });
