import type { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { manifest, type Written } from '../packaging/index.ts';
import { labelsOf, type Named } from './labels.ts';

const RBAC = 'rbac.authorization.k8s.io/v1';

export interface NamespaceRightsProps extends Named {
  /** @default that of the release */
  readonly namespace?: string | undefined;
  /** Name of the objects. */
  readonly as: string;
  readonly rules: Written<k8s.PolicyRule>[];
  readonly subjects: Written<k8s.Subject>[];
}

/** Lets accounts do what rules say, in one namespace alone. */
export class NamespaceRights extends Construct {
  constructor(scope: Construct, props: NamespaceRightsProps) {
    super(scope, `${props.name}-rights`);
    const { rules, subjects, namespace } = props;
    const metadata = {
      name: props.as,
      labels: labelsOf(this, props),
      ...(namespace === undefined ? {} : { namespace }),
    };
    manifest<k8s.KubeRoleProps>(this, 'role', { apiVersion: RBAC, kind: 'Role' }, { metadata, rules });
    manifest<k8s.KubeRoleBindingProps>(
      this,
      'binding',
      { apiVersion: RBAC, kind: 'RoleBinding' },
      { metadata, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: props.as }, subjects },
    );
  }
}

/** What operators see of a namespace in their console; nothing of it is secret, and nothing can be changed by it. */
export const CONSOLE_RULES: Written<k8s.PolicyRule>[] = [
  { apiGroups: [''], resources: ['pods', 'events'], verbs: ['get', 'list'] },
  { apiGroups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: ['get', 'list'] },
  { apiGroups: ['metrics.k8s.io'], resources: ['pods'], verbs: ['get', 'list'] },
];

/** Shows what is in a namespace to the service jobs of both houses, which shows it to operators. */
export class ShownToOperators extends Construct {
  /** @param namespace Where that is; the namespace of the release when absent. */
  constructor(scope: Construct, namespaceOfHouse: string, namespace?: string) {
    super(scope, 'console');
    new NamespaceRights(this, {
      namespace,
      name: 'console',
      component: 'rights',
      as: 'operators-console',
      rules: CONSOLE_RULES,
      subjects: ['blue', 'green'].map((colour) => ({
        kind: 'ServiceAccount',
        name: `jobs-${colour}`,
        namespace: namespaceOfHouse,
      })),
    });
  }
}
