import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
/** As scripts/install-kube-router has put it there. */
const kubeRouter = join(cache, 'authorworks', 'cluster-tools', 'kube-router');
/** There, and not unwanted. */
export const hasKubeRouter = process.env['LAB_POLICIES'] !== 'ignored' && existsSync(kubeRouter);

/** Of the lab (../../../../shared/lab/lib.sh), and of k3s. */
const SERVICE_ADDRESSES = '10.43.0.0/16';

/**
 * What a node runs so that it enforces NetworkPolicies as one of k3s does, which has kube-router's controller of them in itself.
 * It writes rules anew whenever a pod comes or goes, and all of them once in five minutes.
 */
export const enforcer = (node: string, kubeconfig: string): readonly string[] => [
  kubeRouter,
  '--run-firewall=true',
  '--run-router=false',
  '--run-service-proxy=false',
  `--service-cluster-ip-range=${SERVICE_ADDRESSES}`,
  `--hostname-override=${node}`,
  `--kubeconfig=${kubeconfig}`,
  '--health-port=0',
];
