import { type ServiceName, services } from '@authorworks/contracts';
import { escapeHtml, HOUSE_STYLE } from '../proxy/problem-page.ts';
import { exampleOf, type Schema, type Schemas } from './example-of.ts';
import type { HouseDocument } from './house-api.ts';

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: Schema;
  readonly description?: string;
}
type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
interface OperationObject {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Record<string, unknown>[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
  readonly 'x-authorworks-scope'?: string;
  readonly 'x-authorworks-role'?: string;
  readonly 'x-authorworks-idempotent'?: boolean;
  readonly 'x-authorworks-rate-per-minute'?: number;
}
interface Entry {
  readonly method: string;
  readonly path: string;
  readonly operation: OperationObject;
}

const STYLE = `${HOUSE_STYLE}
body{display:grid;grid-template-columns:16rem minmax(0,1fr);min-height:100vh}
nav{padding:24px;border-right:1px solid var(--line);position:sticky;top:0;height:100vh;overflow:auto}
nav ul{list-style:none;margin:0 0 16px;padding:0}
nav li{font-size:14px}
nav a{display:block;padding:4px 8px;border-radius:6px;text-decoration:none}
nav a:hover{background:var(--surface)}
main{padding:32px 48px 96px;max-width:60rem}
h1{font-size:36px;margin:0 0 8px}
h2{font-size:28px;margin:64px 0 4px}
p{margin:0 0 12px;max-width:42rem}
form{display:flex;gap:8px;margin:24px 0}
input{flex:1;min-width:0;font:inherit;padding:8px 12px;border:1px solid var(--line);border-radius:6px;background:var(--surface);color:var(--ink)}
button{font:inherit;padding:8px 16px;border:1px solid var(--accent);border-radius:6px;background:var(--accent);color:var(--paper)}
details{border:1px solid var(--line);border-radius:10px;background:var(--surface);margin:8px 0}
summary{cursor:pointer;padding:12px 16px;display:flex;gap:12px;align-items:baseline;flex-wrap:wrap}
summary code{overflow-wrap:anywhere}
summary span:last-child{color:var(--muted);font-size:14px}
.method{font:600 12px/1.6 ui-monospace,monospace;border:1px solid currentColor;border-radius:6px;padding:0 8px;min-width:4.5rem;text-align:center}
.get{color:var(--accent)}.post{color:var(--positive)}.put,.patch{color:var(--warning)}.delete{color:var(--danger)}
.inside{padding:4px 16px 16px;border-top:1px solid var(--line)}
h3{font-size:14px;margin:16px 0 4px;color:var(--muted);font-weight:600}
table{border-collapse:collapse;width:100%;font-size:14px}
td{border-top:1px solid var(--line);padding:6px 12px 6px 0;vertical-align:top}
pre{background:var(--paper);border:1px solid var(--line);border-radius:6px;padding:12px;overflow:auto;max-height:24rem;margin:4px 0}
.note{border-left:3px solid var(--warning);padding:4px 12px;color:var(--muted)}
@media (max-width:50rem){body{display:block}nav{position:static;height:auto;border-right:0;border-bottom:1px solid var(--line)}main{padding:24px 16px 64px}}
`;

const entriesOf = (document: HouseDocument): Entry[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation: operation as OperationObject })),
  );

const matches = ({ method, path, operation }: Entry, words: readonly string[]): boolean => {
  const text = [
    method,
    path,
    operation.operationId,
    operation.summary,
    operation.description ?? '',
    ...Object.values(operation.responses).map(({ description }) => description),
  ]
    .join(' ')
    .toLowerCase();
  return words.every((word) => text.includes(word));
};

const typeOf = ({ type, enum: values, $ref, anyOf }: Schema): string => {
  if ($ref !== undefined) return $ref.split('/').at(-1) ?? '';
  if (values) return values.map(String).join(' | ');
  if (anyOf) return anyOf.map(typeOf).join(' | ');
  return typeof type === 'string' ? type : (type ?? []).join(' | ');
};

const cell = (text: string): string => `<td>${escapeHtml(text)}</td>`;

const parametersOf = ({ parameters }: OperationObject): string =>
  parameters.length === 0
    ? ''
    : `<h3>Parameters</h3><table>${parameters
        .map(
          ({ name, in: place, required, schema, description = '' }) =>
            `<tr><td><code>${escapeHtml(name)}</code></td>${cell(`${place}${required ? ', required' : ''}`)}${cell(typeOf(schema))}${cell(description)}</tr>`,
        )
        .join('')}</table>`;

const contentOf = (title: string, content: Content | undefined, schemas: Schemas): string =>
  Object.entries(content ?? {})
    .map(([type, { schema }]) => {
      const example = schema ? `<pre>${escapeHtml(JSON.stringify(exampleOf(schema, schemas), null, 2))}</pre>` : '';
      return `<h3>${escapeHtml(title)} <code>${escapeHtml(type)}</code></h3>${example}`;
    })
    .join('');

/** `` `CODE` Sentence `` of the document as a row each. */
const errorsOf = (responses: OperationObject['responses']): string =>
  `<h3>Errors</h3><table>${Object.entries(responses)
    .filter(([status]) => Number(status) >= 400)
    .flatMap(([status, { description }]) =>
      description.split('\n\n').map((line) => {
        const [, code = '', sentence = line] = /^`([^`]+)` (.*)$/s.exec(line) ?? [];
        return `<tr>${cell(status)}<td><code>${escapeHtml(code)}</code></td>${cell(sentence)}</tr>`;
      }),
    )
    .join('')}</table>`;

const whoMay = (operation: OperationObject): string => {
  const { security } = operation;
  const signedIn = security.length > 0 && !security.some((one) => Object.keys(one).length === 0);
  const scope = operation['x-authorworks-scope'];
  const rate = operation['x-authorworks-rate-per-minute'];
  const parts = [
    signedIn ? 'Needs an access token' : security.length > 0 ? 'A token is used when there is one' : 'For anyone',
    ...(operation['x-authorworks-role'] ? [`only for the role ${operation['x-authorworks-role']}`] : []),
    ...(scope ? [`API tokens need ${scope}`] : []),
    ...(rate ? [`${rate} requests a minute`] : []),
    ...(operation['x-authorworks-idempotent'] ? ['takes an Idempotency-Key'] : []),
  ];
  return `${parts.join('; ')}.`;
};

type Response = OperationObject['responses'][string];

const successOf = ([status, { content, description }]: readonly [string, Response], schemas: Schemas): string =>
  contentOf(`Answer ${status}`, content, schemas) || `<h3>Answer ${status}</h3><p>${escapeHtml(description)}</p>`;

const entryHtml = ({ method, path, operation }: Entry, schemas: Schemas, open: boolean): string => {
  const success = Object.entries(operation.responses).find(([status]) => Number(status) < 400);
  return `<details id="${escapeHtml(operation.operationId)}"${open ? ' open' : ''}>
<summary><span class="method ${method}">${method.toUpperCase()}</span><code>${escapeHtml(path)}</code><span>${escapeHtml(operation.summary)}</span></summary>
<div class="inside">
<p>${escapeHtml(operation.description ?? '')}</p>
<p>${escapeHtml(whoMay(operation))}</p>
${parametersOf(operation)}
${contentOf('Body', operation.requestBody?.content, schemas)}
${success ? successOf(success, schemas) : ''}
${errorsOf(operation.responses)}
</div>
</details>`;
};

const titleOf = (tag: string): string => services[tag as ServiceName]?.title ?? tag;

/** The API of the house as one page that works without scripts and without other hosts. */
export const apiPage = (document: HouseDocument, search: string): string => {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = entriesOf(document).filter((entry) => matches(entry, words));
  const groups = Map.groupBy(found, ({ operation }) => operation.tags[0] ?? '');
  const open = words.length > 0 && found.length <= 3;
  const missing = document['x-authorworks-missing'];
  const { schemas } = document.components;
  const summaryOf = (tag: string): string => document.tags.find(({ name }) => name === tag)?.description ?? '';
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The API of this house</title>
<style>${STYLE}</style>
<nav aria-label="Services"><ul>
${[...groups].map(([tag, entries]) => `<li><a href="#service-${escapeHtml(tag)}">${escapeHtml(titleOf(tag))} (${entries.length})</a></li>`).join('\n')}
</ul><ul><li><a href="/api/openapi.json">OpenAPI 3.1 document</a></li><li><a href="/healthz">Health</a></li></ul></nav>
<main>
<h1>The API of this house</h1>
<p>Send <code>Authorization: Bearer …</code> with an access token, or with a personal API token (<code>aw_…</code>) from your profile. Answers are <code>{"data": …}</code>; failures are <code>{"error": {"code", "message", "requestId"}}</code>.</p>
<form role="search" action="/api/docs"><input type="search" name="q" value="${escapeHtml(search)}" placeholder="A word, a path or an error code" aria-label="Search the API" maxlength="100"><button>Search</button></form>
${missing.length > 0 ? `<p class="note">Not answering now, and so left out: ${missing.map((name) => escapeHtml(titleOf(name))).join(', ')}.</p>` : ''}
${found.length === 0 ? `<p>Nothing here is about “${escapeHtml(search)}”. <a href="/api/docs">Show everything</a></p>` : ''}
${[...groups].map(([tag, entries]) => `<section id="service-${escapeHtml(tag)}"><h2>${escapeHtml(titleOf(tag))}</h2><p>${escapeHtml(summaryOf(tag))}</p>${entries.map((entry) => entryHtml(entry, schemas, open)).join('\n')}</section>`).join('\n')}
</main>
</html>
`;
};
