import type { Base } from '@authorworks/platform';
import type { JobsContext } from '../context.ts';
import { clusterMachines } from '../house/cluster-machines.ts';
import { openKubernetesRunner } from '../runner/kubernetes/kubernetes-runner.ts';
import { openKube } from './kube.ts';

interface ClusterSettings {
  readonly kubernetesNamespace: string;
  readonly consoleNamespaces: readonly string[];
  readonly kubeconfig: string | undefined;
}

/** Runs tasks in a cluster, and shows what is in it. */
export const openCluster = (base: Base, settings: ClusterSettings): Pick<JobsContext, 'runner' | 'machines'> => {
  const { kubernetesNamespace: namespace, consoleNamespaces, kubeconfig } = settings;
  const kube = openKube(kubeconfig);
  return {
    runner: openKubernetesRunner({ kube, namespace, colour: base.config.colour, log: base.log, clock: base.clock }),
    machines: clusterMachines(kube, [...new Set([namespace, ...consoleNamespaces])]),
  };
};
