import type { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { HelmChart, type Written } from '../packaging/index.ts';
import type { Outside } from './house.ts';
import { namespaceOf } from './zones.ts';

/** An address without a path, e.g. http://nas.home:9000. */
export const ORIGIN_PATTERN = '^https?://[a-z0-9.-]+(:[0-9]+)?$';

/** Where a value leads. */
export interface Way {
  readonly ports: readonly Written<k8s.NetworkPolicyPort>[];
  /** Boolean value: it leads there. @default always */
  readonly when?: unknown;
  /** Boolean value: it leads to what the house has itself. */
  readonly own?: unknown;
}

export const filesUrl = (scope: Construct): string =>
  HelmChart.around(scope).values.string('files.url', {
    doc: 'S3 endpoint, in the world or at home; empty: MinIO of the chart authorworks-data',
    default: '',
    pattern: `^(${ORIGIN_PATTERN.slice(1, -1)})?$`,
  });

export const mirrorUrl = (scope: Construct): string =>
  HelmChart.around(scope).values.string('mirror.url', {
    doc: 'S3 endpoint, in the world or at home',
    default: 'http://minio:9000',
    pattern: ORIGIN_PATTERN,
  });

export const offsiteRepository = (scope: Construct): string =>
  HelmChart.around(scope).values.string('offsite.repository', {
    doc: 'Where to, as restic writes it',
    default: 's3:https://s3.eu-central-1.amazonaws.com/authorworks-offsite',
    pattern: '^s3:https?://.+/.+$',
  });

/** The port of an address: its own, or that of its scheme. @param text Expression of the address */
const portOf = (scope: Construct, text: (ref: (value: unknown) => string) => string): Way['ports'] => {
  const { values } = HelmChart.around(scope);
  const port = values.calculate('integer', (ref) => `include "authorworks.port" ${text(ref)}`);
  return [{ port, protocol: 'TCP' }];
};

interface Store {
  readonly url: string;
  /** Regular expression of the names that MinIO of the house has, with %s for its namespace. */
  readonly names: string;
  readonly namespace: string;
}

/** An object storage, which may be MinIO of the house under one of its names. */
const store = (scope: Construct, { url, names, namespace }: Store): Way => {
  const { values } = HelmChart.around(scope);
  const own = values.calculate('boolean', (ref) => `regexMatch (printf "${names}" ${ref(namespace)}) ${ref(url)}`);
  const when = values.calculate('boolean', (ref) => `not (${ref(own)})`);
  return { own, when, ports: portOf(scope, (ref) => ref(url)) };
};

const NAMESPACE = '[.]%s([.]svc([.]cluster[.]local)?)?';

export const outside: Readonly<Record<Outside, (scope: Construct) => Way>> = {
  files: (scope) =>
    store(scope, {
      url: filesUrl(scope),
      names: `^(http://minio${NAMESPACE}:9000)?$`,
      namespace: namespaceOf(scope, 'data'),
    }),
  mirror: (scope) =>
    store(scope, {
      url: mirrorUrl(scope),
      names: `^http://minio(${NAMESPACE})?:9000$`,
      namespace: HelmChart.around(scope).values.builtIn('.Release.Namespace'),
    }),
  offsite: (scope) => ({ ports: portOf(scope, (ref) => `(trimPrefix "s3:" ${ref(offsiteRepository(scope))})`) }),
};
