import type { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { manifest } from '../packaging/index.ts';
import { labelsOf, type Named } from './labels.ts';

/** Name of what belongs to a part of the house: its account, its policy, its pods. */
export const objectNameOf = ({ name, colour }: Pick<Named, 'name' | 'colour'>): string =>
  colour === undefined ? name : `${name}-${colour}`;

export interface AccountProps extends Named {
  /** Namespace, when it is not the release's. */
  readonly namespace?: string | undefined;
  /** For hooks of Helm, which come before everything else. */
  readonly annotations?: Record<string, string> | undefined;
}

/** Who its pods are to Kubernetes: somebody of their own, who is given no token unless the pod says so. */
export class Account extends Construct {
  constructor(scope: Construct, props: AccountProps) {
    super(scope, 'identity');
    const { namespace, annotations } = props;
    manifest<k8s.KubeServiceAccountProps>(
      this,
      'account',
      { apiVersion: 'v1', kind: 'ServiceAccount' },
      {
        metadata: {
          name: objectNameOf(props),
          labels: labelsOf(this, props),
          ...(namespace === undefined ? {} : { namespace }),
          ...(annotations === undefined ? {} : { annotations }),
        },
        automountServiceAccountToken: false,
      },
    );
  }
}
