// Makes app/{api,console}/routes.generated.ts: what a call needs of each public endpoint, so that the schemas (zod) stay out of the bundle.
import { type Api, contentApi, gatewayApi, jobsApi, storageApi, userApi } from '@authorworks/contracts';

const apis: Readonly<Record<string, Api>> = { userApi, contentApi, storageApi, gatewayApi };
/** For operators alone; it comes with their console. */
const consoleApis: Readonly<Record<string, Api>> = { jobsApi };

const routeOf = ({ method, path, respond, bodyKind, timeoutMs }: Api[string]): string =>
  JSON.stringify({ method, path, respond, bodyKind, timeoutMs });

const routesOf = (api: Api): string =>
  Object.entries(api)
    .filter(([, endpoint]) => endpoint.audience !== 'service')
    .map(([name, endpoint]) => `  ${name}: ${routeOf(endpoint)},`)
    .join('\n');

const textOf = (all: Readonly<Record<string, Api>>): string => {
  const parts = Object.entries(all).map(
    ([name, api]) => `\nexport const ${name.replace(/Api$/, 'Routes')} = {\n${routesOf(api)}\n} as const;\n`,
  );
  return `// Made by services/web/scripts/routes.ts from packages/contracts; npm run generate writes it again.\n${parts.join('')}`;
};

/** Files that scripts/generate.ts keeps up to date. */
export const outputs = async (): Promise<{ path: string; text: string }[]> => [
  { path: 'services/web/app/api/routes.generated.ts', text: textOf(apis) },
  { path: 'services/web/app/console/routes.generated.ts', text: textOf(consoleApis) },
];
