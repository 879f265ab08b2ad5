import type { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { HelmChart, manifest, type Written } from '../packaging/index.ts';
import { objectNameOf } from './account.ts';
import { labelsOf, type Named } from './labels.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';

/** Lets the account of a workload read what rules name, in the whole cluster. It can change nothing. */
export class ClusterReader extends Construct {
  constructor(scope: Construct, named: Named, rules: Written<k8s.PolicyRule>[]) {
    super(scope, `${named.name}-reader`);
    const { values } = HelmChart.around(this);
    // these are not in a namespace: two houses in one cluster must not share them
    const { colour } = named;
    const name =
      colour === undefined
        ? values.builtIn(`printf "%s-%s" .Release.Namespace "${named.name}"`)
        : values.calculate('string', (ref) => `printf "%s-%s-%s" .Release.Namespace "${named.name}" ${ref(colour)}`);
    const account = objectNameOf(named);
    const metadata = { name, labels: labelsOf(this, named) };
    manifest<k8s.KubeClusterRoleProps>(this, 'role', { apiVersion: RBAC, kind: 'ClusterRole' }, { metadata, rules });
    manifest<k8s.KubeClusterRoleBindingProps>(
      this,
      'binding',
      { apiVersion: RBAC, kind: 'ClusterRoleBinding' },
      {
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
        subjects: [{ kind: 'ServiceAccount', name: account, namespace: values.builtIn('.Release.Namespace') }],
      },
    );
  }
}
