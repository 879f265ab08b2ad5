import { z } from 'zod';
import { Pagination } from './common.ts';
import type { Api, EndpointDefinition } from './endpoint.ts';
import { ErrorBody, type ErrorDefinition, platformErrors } from './error.ts';

/** The parts of an OpenAPI 3.1 document that we write. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description?: string };
  readonly paths: Record<string, Record<string, unknown>>;
  readonly components: { readonly schemas: Record<string, unknown>; readonly securitySchemes: Record<string, unknown> };
  readonly tags: readonly { readonly name: string; readonly description?: string }[];
}

type JsonSchema = Record<string, unknown>;

const REF_PREFIX = '#/$defs/';

/** zod → JSON Schema 2020-12 (the dialect of OpenAPI 3.1), with named schemas moved to components. */
const schemaOf = (schema: z.ZodType, io: 'input' | 'output', components: Record<string, unknown>): JsonSchema => {
  const {
    $schema: _dialect,
    $defs,
    ...rest
  } = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' }) as JsonSchema & {
    $defs?: Record<string, JsonSchema>;
  };
  const move = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(move);
    if (value === null || typeof value !== 'object') return value;
    const copy: JsonSchema = {};
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'id' && typeof inner === 'string' && 'type' in value) continue;
      copy[key] =
        key === '$ref' && typeof inner === 'string' ? inner.replace(REF_PREFIX, '#/components/schemas/') : move(inner);
    }
    return copy;
  };
  for (const [name, definition] of Object.entries($defs ?? {})) components[name] ??= move(definition);
  const moved = move(rest) as JsonSchema;
  const id = schema.meta()?.id;
  if (!id) return moved;
  components[id] ??= moved;
  return { $ref: `#/components/schemas/${id}` };
};

const parametersOf = (endpoint: EndpointDefinition, components: Record<string, unknown>): unknown[] =>
  (['path', 'query'] as const).flatMap((place) => {
    const schema = place === 'path' ? endpoint.params : endpoint.query;
    if (!schema) return [];
    const { properties = {}, required = [] } = schemaOf(schema, 'input', components) as {
      properties?: Record<string, JsonSchema>;
      required?: string[];
    };
    return Object.entries(properties).map(([name, property]) => ({
      name,
      in: place,
      required: place === 'path' || required.includes(name),
      schema: property,
      ...(typeof property.description === 'string' ? { description: property.description } : {}),
    }));
  });

const successOf = (endpoint: EndpointDefinition, components: Record<string, unknown>): Record<string, unknown> => {
  const status = endpoint.status ?? (endpoint.respond === 'empty' ? 204 : 200);
  if (endpoint.respond === 'empty' || (!endpoint.response && endpoint.respond !== 'stream')) {
    return { [status]: { description: 'Done; no content.' } };
  }
  if (endpoint.respond === 'stream') {
    return {
      [status]: { description: 'The bytes.', content: { [endpoint.contentType ?? 'application/octet-stream']: {} } },
    };
  }
  const item = schemaOf(endpoint.response as z.ZodType, 'output', components);
  const schema =
    endpoint.respond === 'page'
      ? {
          type: 'object',
          required: ['data', 'pagination'],
          properties: { data: { type: 'array', items: item }, pagination: schemaOf(Pagination, 'output', components) },
        }
      : { type: 'object', required: ['data'], properties: { data: item } };
  return { [status]: { description: 'Done.', content: { 'application/json': { schema } } } };
};

const failuresOf = (endpoint: EndpointDefinition): Record<string, unknown> => {
  const definitions: ErrorDefinition[] = [
    platformErrors.invalidRequest,
    platformErrors.internal,
    ...(endpoint.errors ?? []),
  ];
  if (endpoint.audience === 'account' || endpoint.audience === 'service')
    definitions.push(platformErrors.signInRequired);
  if (endpoint.role) definitions.push(platformErrors.roleMissing);
  const byStatus = Map.groupBy(definitions, (definition) => definition.status);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      status,
      {
        description: group.map(({ code, message }) => `\`${code}\` ${message}`).join('\n\n'),
        content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorBody' } } },
      },
    ]),
  );
};

const operationOf = (
  service: string,
  name: string,
  endpoint: EndpointDefinition,
  components: Record<string, unknown>,
): unknown => {
  const bodyType =
    endpoint.bodyKind === 'multipart'
      ? 'multipart/form-data'
      : endpoint.bodyKind === 'bytes'
        ? 'application/octet-stream'
        : 'application/json';
  const hasBody = endpoint.body !== undefined || endpoint.bodyKind !== undefined;
  return {
    operationId: `${service}.${name}`,
    tags: [service],
    summary: endpoint.summary,
    ...(endpoint.description ? { description: endpoint.description } : {}),
    security:
      endpoint.audience === 'account'
        ? [{ accessToken: [] }]
        : endpoint.audience === 'optional'
          ? [{}, { accessToken: [] }]
          : [],
    parameters: parametersOf(endpoint, components),
    ...(hasBody
      ? {
          requestBody: {
            required: true,
            content: { [bodyType]: endpoint.body ? { schema: schemaOf(endpoint.body, 'input', components) } : {} },
          },
        }
      : {}),
    responses: { ...successOf(endpoint, components), ...failuresOf(endpoint) },
    ...(endpoint.scope ? { 'x-authorworks-scope': endpoint.scope } : {}),
    ...(endpoint.access ? { 'x-authorworks-access': endpoint.access } : {}),
    ...(endpoint.role ? { 'x-authorworks-role': endpoint.role } : {}),
    ...(endpoint.idempotent ? { 'x-authorworks-idempotent': true } : {}),
    ...(endpoint.ratePerMinute ? { 'x-authorworks-rate-per-minute': endpoint.ratePerMinute } : {}),
  };
};

/** OpenAPI 3.1 of one service, from the same contracts that validate its requests. Internal endpoints are left out. */
export const openApiOf = (
  service: { name: string; title: string; version: string; summary: string },
  api: Api,
): OpenApiDocument => {
  const schemas: Record<string, unknown> = {};
  schemaOf(ErrorBody.meta({ id: 'ErrorBody' }), 'output', schemas);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, endpoint] of Object.entries(api)) {
    if (endpoint.audience === 'service') continue;
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = {
      ...paths[path],
      [endpoint.method.toLowerCase()]: operationOf(service.name, name, endpoint, schemas),
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: `AuthorWorks ${service.title}`, version: service.version, description: service.summary },
    tags: [{ name: service.name, description: service.summary }],
    paths,
    components: { schemas, securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
  };
};

/** One document of many: paths are disjoint by their service prefix; schemas of the same name must be the same. */
export const mergeOpenApi = (
  title: string,
  version: string,
  documents: readonly OpenApiDocument[],
): OpenApiDocument => ({
  openapi: '3.1.0',
  info: { title, version },
  tags: documents.flatMap((document) => document.tags),
  paths: Object.assign({}, ...documents.map((document) => document.paths)) as OpenApiDocument['paths'],
  components: {
    schemas: Object.assign({}, ...documents.map((document) => document.components.schemas)) as Record<string, unknown>,
    securitySchemes: documents[0]?.components.securitySchemes ?? {},
  },
});
