/**
 * Every deviation from the rules for workloads, with its reason. A test fails when one is not needed any more. `object` is
 * kind/name, `*` for all.
 */
export interface Exception {
  readonly check: string;
  readonly object: string;
  readonly reason: string;
}

/** Pod Security Standards, level restricted. */
export const podSecurityExceptions: readonly Exception[] = [
  {
    check: 'hostPath',
    object: 'DaemonSet/node-exporter',
    reason: 'tells how full the file systems of a machine are; read-only, in the namespace authorworks-nodes',
  },
  {
    check: 'volume types',
    object: 'DaemonSet/node-exporter',
    reason: 'the same: hostPath is no type that restricted knows',
  },
  {
    check: 'hostPath',
    object: 'DaemonSet/log-agent',
    reason: 'reads what containers write from /var/log; read-only, in the namespace authorworks-nodes',
  },
  { check: 'volume types', object: 'DaemonSet/log-agent', reason: 'the same' },
  {
    check: 'running as non-root',
    object: 'DaemonSet/log-agent',
    reason: 'only root may read /var/log/pods; without any capability, root file system read-only',
  },
  { check: 'running as user 0', object: 'DaemonSet/log-agent', reason: 'the same' },
  {
    check: 'hostPath',
    object: 'Deployment/syncthing',
    reason: 'synchronises a folder of the machine; in the namespace authorworks-nodes',
  },
  { check: 'volume types', object: 'Deployment/syncthing', reason: 'the same' },
];

/** Checks of kube-score that end in CRITICAL. */
export const kubeScoreExceptions: readonly Exception[] = [
  {
    check: 'container-image-pull-policy',
    object: '*',
    reason:
      'tags are never moved (`latest` is refused) and digests can be given; Always would ask the registry at each start, also when the line is down, and wear SD cards',
  },
  {
    check: 'container-security-context-user-group-id',
    object: 'DaemonSet/log-agent',
    reason: 'only root may read /var/log/pods',
  },
];
