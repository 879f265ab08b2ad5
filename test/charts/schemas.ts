import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { readTool } from './tools.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- JSON schemas
type Schema = any;

/** Everything that an object may hold is named: what is misspelt is refused. */
const strict = (schema: Schema): Schema => {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]));
  if (typeof copy['$ref'] === 'string') copy['$ref'] = copy['$ref'].replace(/^.*#\/\$defs\//, '#/definitions/');
  if (copy['properties'] && copy['additionalProperties'] === undefined && !copy['x-kubernetes-preserve-unknown-fields'])
    copy['additionalProperties'] = false;
  return copy;
};

const referenced = (schema: Schema, all: Record<string, Schema>): Record<string, Schema> => {
  const found: Record<string, Schema> = {};
  const visit = (part: Schema): void => {
    if (typeof part !== 'object' || part === null) return;
    const name = typeof part.$ref === 'string' ? part.$ref.split('/').at(-1) : undefined;
    if (name !== undefined && !(name in found)) {
      found[name] = all[name];
      visit(all[name]);
    }
    for (const value of Object.values(part)) visit(value);
  };
  visit(schema);
  return found;
};

/**
 * Schemas as kubeconform wants them, one file for each kind, in a folder of this run's own.
 * @param further Further CustomResourceDefinitions, as YAML.
 * @returns its --schema-location
 */
export const makeSchemas = (further = ''): string => {
  const folder = mkdtempSync(join(tmpdir(), 'schemas-'));
  mkdirSync(folder, { recursive: true });
  const put = (kind: string, group: string, version: string, schema: Schema): void => {
    const suffix = group === '' ? '' : `-${group.split('.')[0]}`;
    writeFileSync(join(folder, `${kind.toLowerCase()}${suffix}-${version}.json`), JSON.stringify(schema));
  };
  const definitions = strict(JSON.parse(readTool('kubernetes.json')).$defs) as Record<string, Schema>;
  for (const schema of Object.values(definitions)) {
    for (const { group, kind, version } of schema['x-kubernetes-group-version-kind'] ?? [])
      put(kind, group, version, { ...schema, definitions: referenced(schema, definitions) });
  }
  const crds = [readTool('traefik-crds.yaml'), ...(further === '' ? [] : [further])].flatMap((text) => [
    ...parseAllDocuments(text),
  ]);
  for (const document of crds) {
    const { spec } = document.toJS();
    for (const { name, schema } of spec.versions) {
      const own = strict(schema.openAPIV3Schema);
      put(spec.names.kind, spec.group, name, {
        ...own,
        properties: {
          apiVersion: { type: 'string' },
          kind: { type: 'string' },
          ...own.properties,
          metadata: { type: 'object' },
        },
      });
    }
  }
  return join(folder, '{{ .ResourceKind }}{{ .KindSuffix }}.json');
};
