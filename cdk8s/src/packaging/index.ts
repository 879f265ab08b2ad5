export { HelmChart, type HelmChartProps } from './helm-chart.ts';
export { type Identity, manifest, type Written } from './manifest.ts';
export { type JsonSchema, NAME_PATTERN, ValueError, Values } from './values.ts';
export { unless, whenItems, whenKeys } from './conditions.ts';
