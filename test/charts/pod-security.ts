import type { Pod } from './pods.ts';

/**
 * The level "restricted" of the Pod Security Standards, as Kubernetes writes them down
 * (https://kubernetes.io/docs/concepts/security/pod-security-standards/): which of its rules a pod breaks.
 */

// oxlint-disable-next-line typescript/no-explicit-any -- as in tools.ts
type Any = any;

export const rules = [
  'host namespaces',
  'privileged',
  'added capabilities',
  'hostPath',
  'host ports',
  'host of probes',
  'AppArmor',
  'SELinux',
  'procMount',
  'seccomp',
  'sysctls',
  'volume types',
  'privilege escalation',
  'running as non-root',
  'running as user 0',
  'dropped capabilities',
  'host process',
] as const;
export type Rule = (typeof rules)[number];

const SAFE_SYSCTLS = new Set([
  'kernel.shm_rmid_forced',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_unprivileged_port_start',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.ping_group_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_fin_timeout',
  'net.ipv4.tcp_keepalive_intvl',
  'net.ipv4.tcp_keepalive_probes',
  'net.ipv4.tcp_rmem',
  'net.ipv4.tcp_wmem',
]);
const VOLUMES = new Set([
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
]);
const SELINUX_TYPES = new Set(['', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t']);
const SECCOMP = new Set(['RuntimeDefault', 'Localhost']);

const probesOf = (container: Any): Any[] =>
  [
    container.livenessProbe,
    container.readinessProbe,
    container.startupProbe,
    container.lifecycle?.postStart,
    container.lifecycle?.preStop,
  ].filter((probe) => probe !== undefined);

const volumeRules = (spec: Any): Rule[] => {
  const types = (spec.volumes ?? []).flatMap((volume: Any) => Object.keys(volume).filter((key) => key !== 'name'));
  return [
    ...(types.includes('hostPath') ? (['hostPath'] as const) : []),
    ...(types.some((type: string) => !VOLUMES.has(type)) ? (['volume types'] as const) : []),
  ];
};

const podRules = ({ spec, annotations }: Pick<Pod, 'spec' | 'annotations'>): Rule[] => {
  const context = spec.securityContext ?? {};
  const broken: Rule[] = volumeRules(spec);
  if (spec.hostNetwork || spec.hostPID || spec.hostIPC) broken.push('host namespaces');
  if ((context.sysctls ?? []).some(({ name }: Any) => !SAFE_SYSCTLS.has(name))) broken.push('sysctls');
  if (context.runAsUser === 0) broken.push('running as user 0');
  if (
    Object.entries(annotations).some(([key, value]) => key.startsWith('container.apparmor') && value === 'unconfined')
  )
    broken.push('AppArmor');
  return broken;
};

const containerRules = (container: Any, pod: Any): Rule[] => {
  const own = container.securityContext ?? {};
  const shared = pod.securityContext ?? {};
  const broken: Rule[] = [];
  const check = (rule: Rule, isBroken: boolean): void => {
    if (isBroken) broken.push(rule);
  };
  const added: string[] = own.capabilities?.add ?? [];
  const dropped: string[] = own.capabilities?.drop ?? [];
  const selinux = { ...shared.seLinuxOptions, ...own.seLinuxOptions };
  const seccomp = own.seccompProfile?.type ?? shared.seccompProfile?.type;
  check('privileged', own.privileged === true);
  check(
    'added capabilities',
    added.some((name) => name !== 'NET_BIND_SERVICE'),
  );
  check('dropped capabilities', !dropped.includes('ALL'));
  check(
    'host ports',
    (container.ports ?? []).some(({ hostPort }: Any) => hostPort !== undefined && hostPort !== 0),
  );
  check(
    'host of probes',
    probesOf(container).some((probe) => (probe.httpGet?.host ?? probe.tcpSocket?.host) !== undefined),
  );
  check('AppArmor', (own.appArmorProfile ?? shared.appArmorProfile)?.type === 'Unconfined');
  check('SELinux', selinux.user !== undefined || selinux.role !== undefined || !SELINUX_TYPES.has(selinux.type ?? ''));
  check('procMount', own.procMount !== undefined && own.procMount !== 'Default');
  check('seccomp', !SECCOMP.has(seccomp));
  check('privilege escalation', own.allowPrivilegeEscalation !== false);
  check('running as non-root', (own.runAsNonRoot ?? shared.runAsNonRoot) !== true);
  check('running as user 0', own.runAsUser === 0);
  check('host process', (own.windowsOptions ?? shared.windowsOptions)?.hostProcess === true);
  return broken;
};

/** Rules that a pod breaks; none if it is restricted. */
export const brokenRules = (pod: Pick<Pod, 'spec' | 'annotations'>): Rule[] => {
  const { initContainers = [], containers = [], ephemeralContainers = [] } = pod.spec;
  const all = [...initContainers, ...containers, ...ephemeralContainers].flatMap((container) =>
    containerRules(container, pod.spec),
  );
  return [...new Set([...podRules(pod), ...all])].toSorted();
};
