import { builtServiceNames, type Colour } from '@authorworks/contracts';

/** Values of a Helm release, as an operator gave them. */
export type Values = { readonly [key: string]: unknown };

const isMap = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What comes later wins; maps are joined, everything else is replaced, as Helm does it. */
export const merged = (...layers: readonly Values[]): Values => {
  const result: Record<string, unknown> = {};
  for (const layer of layers)
    for (const [key, value] of Object.entries(layer)) {
      const known = result[key];
      result[key] = isMap(known) && isMap(value) ? merged(known, value) : value;
    }
  return result;
};

const without = (values: Values, path: readonly string[]): Values => {
  const [key = '', ...rest] = path;
  const inner = values[key];
  if (rest.length > 0) return isMap(inner) ? { ...values, [key]: without(inner, rest) } : values;
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== key));
};

/** Images of our own that values may name one by one. */
const ownImages = [
  ...builtServiceNames.flatMap((name) => [
    ['services', name, 'image'],
    ['migrate', name, 'image'],
  ]),
  ['test', 'image'],
];

/** Values without what says which version each single image has. */
export const unpinned = (values: Values): Values =>
  ownImages
    .flatMap((path) => [
      [...path, 'tag'],
      [...path, 'digest'],
    ])
    .reduce((left, path) => without(left, path), values);

/** Values of the same house, of which no pod is started. */
export const asleep = (values: Values): Values =>
  merged(values, { services: Object.fromEntries(builtServiceNames.map((name) => [name, { replicas: 0 }])) });

/** How many pods each service has. @param values With the chart's own where none were given. */
export const replicasIn = (values: Values): readonly (readonly [service: string, replicas: number])[] =>
  builtServiceNames.flatMap((name) => {
    const services = values['services'];
    const service = isMap(services) ? services[name] : undefined;
    const replicas = isMap(service) ? service['replicas'] : undefined;
    return typeof replicas === 'number' && replicas > 0 ? [[name, replicas] as const] : [];
  });

/**
 * Values of the new house: those of the house that people reach now, with the new version in place of its own, and what
 * was given for this release.
 */
export const valuesOfNewHouse = (
  colour: Colour,
  version: string | undefined,
  { pinned, given }: { readonly pinned: Values; readonly given: Values },
): Values =>
  merged(version === undefined ? pinned : merged(unpinned(pinned), { images: { version } }), given, { colour });
