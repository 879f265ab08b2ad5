import {
  ApiException,
  AppsV1Api,
  BatchV1Api,
  CoreV1Api,
  CustomObjectsApi,
  KubeConfig,
  Watch,
} from '@kubernetes/client-node';

/** An API server that does not answer must not stop everything that looks at it. */
const PATIENCE_MS = 15_000;

/** The parts of the Kubernetes API that this service uses; RBAC allows no others (cdk8s/src/charts/jobs-rights.ts). */
export interface Kube {
  readonly core: CoreV1Api;
  readonly batch: BatchV1Api;
  readonly apps: AppsV1Api;
  /** For metrics-server, which is no part of Kubernetes itself. */
  readonly custom: CustomObjectsApi;
  readonly watch: Watch;
}

/** @param kubeconfig Path of a kubeconfig; absent: the account of the pod. */
export const openKube = (kubeconfig: string | undefined): Kube => {
  const config = new KubeConfig();
  if (kubeconfig === undefined) config.loadFromCluster();
  else config.loadFromFile(kubeconfig);
  return {
    core: config.makeApiClient(CoreV1Api),
    batch: config.makeApiClient(BatchV1Api),
    apps: config.makeApiClient(AppsV1Api),
    custom: config.makeApiClient(CustomObjectsApi),
    watch: new Watch(config),
  };
};

/** The API server took too long. */
export class KubeTimeout extends Error {
  override readonly name = 'KubeTimeout';
}

export const patiently = async <T>(call: Promise<T>, milliseconds = PATIENCE_MS): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new KubeTimeout(`Kubernetes did not answer within ${milliseconds} ms`)),
      milliseconds,
    );
  });
  return await Promise.race([call, tooLong]).finally(() => clearTimeout(timer));
};

/** HTTP status of a refusal of the API server; undefined when there was no answer. */
export const statusOf = (error: unknown): number | undefined =>
  error instanceof ApiException ? error.code : undefined;

/** What the API server says about a refusal. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof ApiException)) return (error as Error).message;
  const body: unknown = error.body;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text;
  }
};
