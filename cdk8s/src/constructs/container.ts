import type { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import { HelmChart, whenItems, type Written } from '../packaging/index.ts';

export type Container = Written<k8s.Container>;
export type Volume = Written<k8s.Volume>;
export type VolumeMount = Written<k8s.VolumeMount>;
export type Probe = Written<k8s.Probe>;

/** A key of a Secret that is mounted as a file; the variable NAME_FILE tells where. */
export interface SecretFile {
  /** Name of the Secret. */
  readonly secret: string;
  readonly key: string;
  /** e.g. DATABASE_URL_FILE */
  readonly variable: string;
  /** Boolean value; without it the key is always needed. */
  readonly when?: unknown;
}

export interface Budget {
  readonly request: number;
  readonly limit: number;
}

export interface ImageDefault {
  readonly repository: string;
  readonly tag: string;
}

/** A volume and where containers see it. */
export interface Mounted {
  readonly volume: Volume | undefined;
  readonly mount: VolumeMount;
}

export interface ContainerProps {
  readonly name: string;
  /** Path of its values, e.g. `services.content`. */
  readonly path: string;
  readonly image: ImageDefault;
  /** Path of the values of its image, where it shares them with another container. @default path */
  readonly imagePath?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Variables from what Kubernetes knows of the pod, e.g. spec.nodeName. */
  readonly fieldEnv?: Readonly<Record<string, string>>;
  readonly envFrom?: Written<k8s.EnvFromSource>[];
  readonly secrets?: readonly SecretFile[];
  /** Name of the volume with them: a pod's containers each have their own. @default secrets */
  readonly secretsVolume?: string;
  readonly ports?: Readonly<Record<string, number>>;
  readonly probes?: { readonly startup?: Probe; readonly readiness?: Probe; readonly liveness?: Probe };
  readonly memoryMiB: Budget;
  readonly cpuMillis: Budget;
  /** Space on the node's disk: logs, emptyDirs. @default request 64, limit 512 */
  readonly diskMiB?: Budget;
  /** User and group by number. @default 10001 */
  readonly user?: number;
  readonly mounts?: readonly VolumeMount[];
  /** Share of the memory limit that is JavaScript's heap; sets NODE_OPTIONS. @default none */
  readonly heapPercent?: number;
  /** Seconds that it goes on to answer after it was told to end, for those who have not heard of the next one. @default none */
  readonly preStopSeconds?: number;
}

/** Proxies go on to send for some seconds after a pod has been taken out. */
export const PRE_STOP_SECONDS = 15;

/** Where containers see their secrets. */
export const SECRETS_FOLDER = '/run/secrets/authorworks';
const DEFAULT_DISK: Budget = { request: 64, limit: 512 };

/** Volume with the secrets of a pod as files; read-only for its user alone. */
export const secretsVolume = (scope: Construct, secrets: readonly SecretFile[], name = 'secrets'): Volume => ({
  name,
  projected: {
    defaultMode: 0o440,
    sources: secrets.flatMap((one) =>
      ifNeeded(scope, one, { secret: { name: one.secret, items: [{ key: one.key, path: pathOf(one) }] } }),
    ),
  },
});

const ifNeeded = <T>(scope: Construct, { when }: SecretFile, item: T): T[] =>
  when === undefined ? [item] : whenItems(scope, when, [item]);

const pathOf = ({ variable }: SecretFile): string =>
  variable
    .replace(/_FILE$/, '')
    .toLowerCase()
    .replaceAll('_', '-');

/** Values that are the same for every image of a chart. */
const registryOf = (scope: Construct): string =>
  HelmChart.around(scope).values.string('images.registry', {
    doc: 'Mirror that all images are fetched from, e.g. registry.home:5000; empty: as named',
    default: '',
    pattern: '^([a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._/-]+)?)?$',
  });

/** Value with the version of an image. */
export const tagOf = (scope: Construct, { path, image: { tag } }: Pick<ContainerProps, 'path' | 'image'>): string =>
  HelmChart.around(scope).values.string(`${path}.image.tag`, {
    doc: tag === '' ? 'Version of the image; empty: images.version' : 'Version of the image',
    default: tag,
    pattern: tag === '' ? '^([A-Za-z0-9_][A-Za-z0-9._-]{0,127})?$' : '^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$',
  });

/** Of our own images. */
const versionOf = (scope: Construct): string =>
  HelmChart.around(scope).values.string('images.version', {
    doc: "Version of the house's own images; empty: the version of the chart's content",
    default: '',
    pattern: '^([A-Za-z0-9_][A-Za-z0-9._-]{0,127})?$',
  });

export const pullSecretsOf = (scope: Construct): { readonly name: string }[] =>
  HelmChart.around(scope).values.list('images.pullSecrets', {
    doc: 'Secrets for the registry, e.g. [{name: registry}]',
    default: [],
    items: {
      type: 'object',
      additionalProperties: false,
      required: ['name'],
      properties: { name: { type: 'string' } },
    },
  });

/** Image with values for repository, tag and digest. */
export const imageOf = (scope: Construct, path: string, { repository, tag }: ImageDefault): string => {
  const { values } = HelmChart.around(scope);
  const registry = registryOf(scope);
  values.string(`${path}.image.repository`, {
    doc: 'Image',
    default: repository,
    pattern: '^[a-z0-9.-]+(:[0-9]+)?(/[a-z0-9._-]+)+$',
  });
  tagOf(scope, { path, image: { repository, tag } });
  // Go's regular expressions (RE2) know no look-ahead, so `latest` is refused by a rule
  HelmChart.around(scope).refuse(
    `${path}.image.tag must not be latest: nobody knows what that is tomorrow`,
    () => `eq .Values.${path}.image.tag "latest"`,
  );
  values.string(`${path}.image.digest`, {
    doc: 'Digest of the image; goes before the tag',
    default: '',
    pattern: '^(sha256:[a-f0-9]{64})?$',
  });
  const version = tag === '' ? versionOf(scope) : '';
  return values.calculate(
    'string',
    (ref) =>
      `include "authorworks.image" (list .Values.${path}.image ${ref(registry)} ${version === '' ? '""' : `(${ref(version)} | default .Chart.AppVersion)`})`,
  );
};

const resourcesOf = (
  scope: Construct,
  props: ContainerProps,
): { resources: NonNullable<Container['resources']>; heap: string | undefined } => {
  const { values } = HelmChart.around(scope);
  const { path, memoryMiB, cpuMillis, diskMiB = DEFAULT_DISK, heapPercent } = props;
  const integer = (name: string, doc: string, fallback: number, min: number): number =>
    values.integer(`${path}.${name}`, { doc, default: fallback, min });
  const memory = integer('memory.requestMiB', 'Memory that is kept free for it, in MiB', memoryMiB.request, 8);
  const memoryLimit = integer('memory.limitMiB', 'Memory that it may take, in MiB', memoryMiB.limit, 16);
  const cpu = integer(
    'cpu.requestMillis',
    'Processor time that is kept free for it, in thousandths of a core',
    cpuMillis.request,
    1,
  );
  const cpuLimit = integer(
    'cpu.limitMillis',
    'Processor time that it may take, in thousandths of a core',
    cpuMillis.limit,
    10,
  );
  HelmChart.around(scope).refuse(
    `${path}.memory.requestMiB is more than ${path}.memory.limitMiB`,
    (ref) => `gt ${ref(memory)} ${ref(memoryLimit)}`,
  );
  const disk = (mib: number): string => `${mib}Mi`;
  return {
    resources: {
      requests: { memory: `${memory}Mi`, cpu: `${cpu}m`, 'ephemeral-storage': disk(diskMiB.request) },
      limits: { memory: `${memoryLimit}Mi`, cpu: `${cpuLimit}m`, 'ephemeral-storage': disk(diskMiB.limit) },
    },
    heap:
      heapPercent === undefined
        ? undefined
        : values.calculate('integer', (ref) => `(div (mul ${ref(memoryLimit)} ${heapPercent}) 100)`),
  };
};

/** What the level "restricted" of the Pod Security Standards asks of a container, and a root file system that is only read. */
export const RESTRICTED: NonNullable<Container['securityContext']> = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  privileged: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

/** One container: restricted, with a budget, secrets as files, and an own /tmp. */
export const containerOf = (scope: Construct, props: ContainerProps): Container => {
  const { values } = HelmChart.around(scope);
  const {
    name,
    path,
    command,
    args,
    env = {},
    envFrom,
    secrets = [],
    ports = {},
    probes = {},
    user = 10_001,
    mounts = [],
  } = props;
  const { resources, heap } = resourcesOf(scope, props);
  const variables = {
    ...env,
    ...(heap === undefined ? {} : { NODE_OPTIONS: `--max-old-space-size=${heap}` }),
  };
  const environment: Written<k8s.EnvVar>[] = [
    ...Object.entries(props.fieldEnv ?? {}).map(([variable, fieldPath]) => ({
      name: variable,
      valueFrom: { fieldRef: { fieldPath } },
    })),
    ...Object.entries(variables).map(([variable, value]) => ({ name: variable, value })),
    ...secrets.flatMap((one) =>
      ifNeeded(scope, one, { name: one.variable, value: `${SECRETS_FOLDER}/${pathOf(one)}` }),
    ),
  ];
  const pullPolicy = values.string('images.pullPolicy', {
    doc: 'When images are fetched',
    default: 'IfNotPresent',
    enum: ['IfNotPresent', 'Always', 'Never'],
  }) as 'IfNotPresent';
  return {
    name,
    image: imageOf(scope, props.imagePath ?? path, props.image),
    imagePullPolicy: pullPolicy,
    ...(command ? { command: [...command] } : {}),
    ...(args ? { args: [...args] } : {}),
    ...(environment.length > 0 ? { env: environment } : {}),
    ...(envFrom ? { envFrom } : {}),
    ...(Object.keys(ports).length > 0
      ? {
          ports: Object.entries(ports).map(([portName, containerPort]) => ({
            name: portName,
            containerPort,
            protocol: 'TCP' as const,
          })),
        }
      : {}),
    ...(probes.startup ? { startupProbe: probes.startup } : {}),
    ...(probes.readiness ? { readinessProbe: probes.readiness } : {}),
    ...(probes.liveness ? { livenessProbe: probes.liveness } : {}),
    ...(props.preStopSeconds === undefined
      ? {}
      : { lifecycle: { preStop: { exec: { command: ['sleep', String(props.preStopSeconds)] } } } }),
    resources,
    securityContext: { ...RESTRICTED, runAsNonRoot: user !== 0, runAsUser: user, runAsGroup: user },
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp' },
      ...(secrets.length > 0
        ? [{ name: props.secretsVolume ?? 'secrets', mountPath: SECRETS_FOLDER, readOnly: true }]
        : []),
      ...mounts,
    ],
  };
};

interface HttpProbe {
  readonly path: string;
  readonly port?: string;
  readonly periodSeconds: number;
  readonly timeoutSeconds?: number;
  readonly failureThreshold: number;
}

/** A probe over HTTP. */
export const httpProbe = ({
  path,
  port = 'http',
  periodSeconds,
  timeoutSeconds = 3,
  failureThreshold,
}: HttpProbe): Probe => ({
  httpGet: { path, port, scheme: 'HTTP' },
  periodSeconds,
  timeoutSeconds,
  failureThreshold,
});

/** A probe by a command in the container. */
export const commandProbe = (command: readonly string[], rhythm: Omit<HttpProbe, 'path' | 'port'>): Probe => ({
  exec: { command: [...command] },
  periodSeconds: rhythm.periodSeconds,
  timeoutSeconds: rhythm.timeoutSeconds ?? 5,
  failureThreshold: rhythm.failureThreshold,
});
