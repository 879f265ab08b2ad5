import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { manifest } from '../packaging/index.ts';
import { labelsOf } from './labels.ts';

const API = 'traefik.io/v1alpha1';

/** One thing that Traefik does with a request on its way; its kind is the only key. */
export type MiddlewareSpec = Readonly<Record<string, unknown>>;

/** A middleware; routes of the same namespace name it. */
export class Middleware extends Construct {
  readonly reference: { readonly name: string };

  constructor(scope: Construct, name: string, spec: MiddlewareSpec) {
    super(scope, `middleware-${name}`);
    this.reference = { name };
    traefikObject(this, 'Middleware', name, spec);
  }
}

/** One of Traefik's own objects (no types of cdk8s-plus: they are checked against its CRDs). */
export const traefikObject = (
  scope: Construct,
  kind: string,
  name: string,
  spec: Readonly<Record<string, unknown>>,
): ApiObject =>
  manifest<{ metadata: object; spec: object }>(
    scope,
    'object',
    { apiVersion: API, kind },
    {
      metadata: { name, labels: labelsOf(scope, { name, component: 'edge' }) },
      spec,
    },
  );
