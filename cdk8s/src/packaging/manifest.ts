import { ApiObject } from 'cdk8s';
import type { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

/**
 * The typed structs of cdk8s-plus, as they are written in YAML: quantities and ports are plain values. The structs' own
 * classes are not used, because they silently drop keys that they do not know and take strings apart where a map is due.
 */
export type Written<T> = T extends (infer Item)[]
  ? Written<Item>[]
  : T extends object
    ? Same<T, k8s.Quantity> extends true
      ? string | number
      : Same<T, k8s.IntOrString> extends true
        ? string | number
        : { readonly [K in keyof T]: Written<T[K]> }
    : T extends number
      ? number
      : T extends string
        ? `${T}`
        : T;

/** Keys that cdk8s-plus spells otherwise than Kubernetes. */
const SPELLED: Readonly<Record<string, string>> = {
  clusterIp: 'clusterIP',
  externalIPs: 'externalIPs',
  hostIpc: 'hostIPC',
  hostPid: 'hostPID',
  nonResourceUrLs: 'nonResourceURLs',
};

const spelled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(spelled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [SPELLED[key] ?? key, spelled(inner)]));
};

export interface Identity {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Adds an object to the chart. `T` is the struct of cdk8s-plus that says what may be in it, e.g. `k8s.KubeServiceProps`. */
export const manifest = <T extends object>(
  scope: Construct,
  id: string,
  identity: Identity,
  body: Written<T>,
): ApiObject => new ApiObject(scope, id, { ...(spelled(body) as object), ...identity });
