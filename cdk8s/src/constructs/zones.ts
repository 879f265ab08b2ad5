import type { Construct } from 'constructs';
import { HelmChart } from '../packaging/index.ts';
import { defaultNamespace, type Zone } from './house.ts';

const ZONE_DOC: Readonly<Record<Zone, string>> = {
  app: 'Namespace of the services (charts authorworks and authorworks-edge)',
  data: 'Namespace of the chart authorworks-data',
  ai: 'Namespace of the chart authorworks-ai',
  watch: 'Namespace of the chart authorworks-watch',
  nodes: 'Namespace of what touches machines: node-exporter, log agent, Syncthing',
  ingress: 'Namespace of Traefik',
};

/** Value with the namespace of another zone. */
export const namespaceOf = (scope: Construct, zone: Zone): string =>
  HelmChart.around(scope).values.name(`namespaces.${zone}`, { doc: ZONE_DOC[zone], default: defaultNamespace[zone] });
