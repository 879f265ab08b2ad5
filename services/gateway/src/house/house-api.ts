import { builtServiceNames, gatewayApi, type ServiceName, services } from '@authorworks/contracts';
import { mergeOpenApi, type OpenApiDocument, openApiOf } from '@authorworks/contracts/openapi';
import type { Directory } from '@authorworks/platform';

const PATIENCE_MS = 3_000;
/** A deployment shows in the document after at most this time; a service that was missing is looked for sooner. */
const FRESH_MS = 60_000;
const INCOMPLETE_FRESH_MS = 2_000;

/** The API of the whole house; services that did not answer are named in `x-authorworks-missing`. */
export type HouseDocument = OpenApiDocument & { readonly 'x-authorworks-missing': readonly ServiceName[] };

/** Services with an API of their own beside the gateway's. */
const asked: readonly ServiceName[] = builtServiceNames.filter((name) => name !== 'gateway' && name !== 'web');

const VERSION = '0.1.0';

/** A service that answers with something else must not take the others' documents with it. */
const isDocument = (value: unknown): value is OpenApiDocument => {
  const { paths, tags, components } = (value ?? {}) as Partial<OpenApiDocument>;
  return typeof paths === 'object' && Array.isArray(tags) && typeof components?.schemas === 'object';
};

export class HouseApi {
  readonly #directory: Directory;
  #held: { readonly untilMs: number; readonly document: Promise<HouseDocument> } | undefined;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  async read(): Promise<HouseDocument> {
    const now = performance.now();
    if (this.#held && now < this.#held.untilMs) return await this.#held.document;
    const document = this.#ask();
    this.#held = { untilMs: now + INCOMPLETE_FRESH_MS, document };
    const answer = await document;
    if (answer['x-authorworks-missing'].length === 0) this.#held = { untilMs: now + FRESH_MS, document };
    return answer;
  }

  async #ask(): Promise<HouseDocument> {
    const { title, summary } = services.gateway;
    const own = openApiOf({ name: 'gateway', title, summary, version: VERSION }, gatewayApi);
    const answers = await Promise.all(asked.map(async (name) => ({ name, document: await this.#fetch(name) })));
    const found = answers.flatMap(({ document }) => document ?? []);
    const missing = answers.filter(({ document }) => !document).map(({ name }) => name);
    return { ...mergeOpenApi('AuthorWorks', VERSION, [own, ...found]), 'x-authorworks-missing': missing };
  }

  async #fetch(name: ServiceName): Promise<OpenApiDocument | undefined> {
    try {
      const url = `${this.#directory.urlOf(name)}/api/${name}/openapi.json`;
      const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
      const document: unknown = response.ok ? await response.json() : undefined;
      return isDocument(document) ? document : undefined;
    } catch {
      return undefined;
    }
  }
}
