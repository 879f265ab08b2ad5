import type { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { HelmChart, manifest, type Written } from '../packaging/index.ts';
import { objectNameOf } from './account.ts';
import { labelsOf, type Named, PART_OF } from './labels.ts';

/** Stable since Kubernetes 1.30; cdk8s-plus-27 knows the same fields as v1alpha1. */
const ADMISSION = 'admissionregistration.k8s.io/v1';

export interface JobBoundaryProps extends Named {
  readonly colour: string;
  /** The one Secret, and the keys of it, that a Job may mount. */
  readonly secret: string;
  readonly keys: readonly string[];
  /** What the pods of Jobs are called to the network (`app.kubernetes.io/name`); with the colour, their account. */
  readonly podName: string;
}

const POD = 'object.spec.template.spec';
const LABELS = 'object.spec.template.metadata.labels';
const CONTAINERS = `(${POD}.containers + (has(${POD}.initContainers) ? ${POD}.initContainers : []))`;

/** Without both of these no NetworkPolicy would govern the pod. */
const isCalled = (name: string): string =>
  [['app.kubernetes.io/name', name] as const, ...Object.entries(PART_OF)]
    .map(([key, value]) => `'${key}' in ${LABELS} && ${LABELS}['${key}'] == '${value}'`)
    .join(' && ');

const mounts = (secret: string, keys: readonly string[]): string => {
  const key = `i.key in [${keys.map((one) => `'${one}'`).join(', ')}]`;
  const source = `has(s.secret) && s.secret.name == '${secret}' && has(s.secret.items) && s.secret.items.all(i, ${key})`;
  const volume = `has(v.emptyDir) || (has(v.projected) && v.projected.sources.all(s, ${source}))`;
  return `!has(${POD}.volumes) || ${POD}.volumes.all(v, ${volume})`;
};

/** The API server gives both fields the same value, the second an old name of the first. */
const isAccount = (name: string): string =>
  `has(${POD}.serviceAccountName) && ${POD}.serviceAccountName == '${name}' && (!has(${POD}.serviceAccount) || ${POD}.serviceAccount == '${name}')`;

/**
 * Holds an account that may create Jobs to what a Job needs. Whoever may create pods can otherwise mount every Secret of the
 * namespace, use every account there and be called, to NetworkPolicies, what he likes: RBAC alone does not tell those apart.
 */
export class JobBoundary extends Construct {
  constructor(scope: Construct, props: JobBoundaryProps) {
    super(scope, `${props.name}-boundary`);
    const { values } = HelmChart.around(this);
    const { colour, secret, keys, podName } = props;
    const namespace = values.builtIn('.Release.Namespace');
    const account = objectNameOf(props);
    const podAccount = objectNameOf({ name: podName, colour });
    const name = `${namespace}-${account}`;
    const metadata = { name, labels: labelsOf(this, props) };
    const validations: Written<k8s.ValidationV1Alpha1>[] = [
      { expression: mounts(secret, keys), message: `a task mounts nothing but empty folders and ${keys.join(', ')}` },
      {
        expression: `${CONTAINERS}.all(c, !has(c.envFrom) && (!has(c.env) || c.env.all(e, !has(e.valueFrom))))`,
        message: 'a task takes no variable from a Secret or a ConfigMap',
      },
      {
        expression: `${isAccount(podAccount)} && has(${POD}.automountServiceAccountToken) && !${POD}.automountServiceAccountToken`,
        message: `a task has the account ${podAccount}, and no token of it`,
      },
      {
        expression: `has(object.spec.template.metadata.labels) && ${isCalled(podName)}`,
        message: `a task is called ${podName} to the network`,
      },
    ];
    manifest<k8s.KubeValidatingAdmissionPolicyV1Alpha1Props>(
      this,
      'policy',
      { apiVersion: ADMISSION, kind: 'ValidatingAdmissionPolicy' },
      {
        metadata,
        spec: {
          failurePolicy: 'Fail',
          matchConstraints: {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
            resourceRules: [
              { apiGroups: ['batch'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['jobs'] },
            ],
          },
          matchConditions: [
            {
              name: 'account',
              expression: `request.userInfo.username == 'system:serviceaccount:${namespace}:${account}'`,
            },
          ],
          validations,
        },
      },
    );
    manifest<k8s.KubeValidatingAdmissionPolicyBindingV1Alpha1Props>(
      this,
      'binding',
      { apiVersion: ADMISSION, kind: 'ValidatingAdmissionPolicyBinding' },
      { metadata, spec: { policyName: name, validationActions: ['Deny'] } },
    );
  }
}
