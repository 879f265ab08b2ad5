import type { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { HelmChart, manifest, type Written } from '../packaging/index.ts';
import type { Volume } from './container.ts';
import { labelsOf, type Named } from './labels.ts';

export interface ClaimProps extends Named {
  /** Name of the claim. */
  readonly as: string;
  /** Path of its values. */
  readonly path: string;
  /** Default of its size. */
  readonly size: string;
  readonly doc: string;
}

const specOf = (
  scope: Construct,
  { path, size, doc }: Pick<ClaimProps, 'path' | 'size' | 'doc'>,
): Written<k8s.PersistentVolumeClaimSpec> => {
  const { values } = HelmChart.around(scope);
  return {
    accessModes: ['ReadWriteOnce'],
    storageClassName: values.string('storage.className', {
      doc: 'StorageClass of all volumes; local-path keeps them where k3s was told to, on the external drive',
      default: 'local-path',
      pattern: '^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$',
    }),
    resources: { requests: { storage: values.quantity(`${path}.size`, { doc, default: size }) } },
  };
};

/** A volume that outlives the release: removing the chart does not remove what is in it. */
export class Claim extends Construct {
  readonly volume: Volume;

  constructor(scope: Construct, props: ClaimProps) {
    super(scope, `${props.as}-volume`);
    manifest<k8s.KubePersistentVolumeClaimProps>(
      this,
      'claim',
      { apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
      {
        metadata: { name: props.as, labels: labelsOf(this, props), annotations: { 'helm.sh/resource-policy': 'keep' } },
        spec: specOf(this, props),
      },
    );
    this.volume = { name: props.as, persistentVolumeClaim: { claimName: props.as } };
  }
}

/** The claim of a StatefulSet's pod. It can never be changed, so it has no labels that do. */
export const claimTemplate = (
  scope: Construct,
  props: Pick<ClaimProps, 'path' | 'size' | 'doc'>,
): Written<k8s.KubePersistentVolumeClaimProps> => ({
  metadata: { name: 'data' },
  spec: specOf(scope, props),
});
