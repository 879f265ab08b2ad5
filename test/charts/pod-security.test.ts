import { describe, expect, it } from 'vitest';
import { brokenRules } from './pod-security.ts';

const container = {
  name: 'one',
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  },
};
const withContext = (context: object) => ({
  containers: [{ ...container, securityContext: { ...container.securityContext, ...context } }],
});
const broken = (spec: object) => brokenRules({ spec: { containers: [container], ...spec }, annotations: {} });

describe('the evaluator of Pod Security', () => {
  it('finds nothing in a restricted pod', () => {
    expect(broken({})).toEqual([]);
  });

  it.each([
    ['host namespaces', { hostPID: true }],
    ['privileged', withContext({ privileged: true })],
    ['added capabilities', withContext({ capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } })],
    ['dropped capabilities', withContext({ capabilities: { drop: ['NET_RAW'] } })],
    ['hostPath', { volumes: [{ name: 'a', hostPath: { path: '/' } }] }],
    ['volume types', { volumes: [{ name: 'a', nfs: { server: 'a', path: '/' } }] }],
    ['host ports', { containers: [{ ...container, ports: [{ containerPort: 1, hostPort: 1 }] }] }],
    ['host of probes', { containers: [{ ...container, livenessProbe: { httpGet: { host: '10.0.0.1', port: 1 } } }] }],
    ['AppArmor', withContext({ appArmorProfile: { type: 'Unconfined' } })],
    ['SELinux', withContext({ seLinuxOptions: { role: 'sysadm_r' } })],
    ['procMount', withContext({ procMount: 'Unmasked' })],
    ['seccomp', withContext({ seccompProfile: { type: 'Unconfined' } })],
    ['sysctls', { securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '1' }] } }],
    ['privilege escalation', withContext({ allowPrivilegeEscalation: undefined })],
    ['running as non-root', withContext({ runAsNonRoot: undefined })],
    ['running as user 0', withContext({ runAsUser: 0 })],
    ['host process', withContext({ windowsOptions: { hostProcess: true } })],
  ])('finds %s', (rule, spec) => {
    expect(broken(spec)).toContain(rule);
  });

  it('looks at init containers too', () => {
    expect(broken({ initContainers: [{ name: 'bare' }] })).toContain('seccomp');
  });
});
