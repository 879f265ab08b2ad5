import type { Construct } from 'constructs';
import { HelmChart } from '../packaging/index.ts';

export interface Named {
  readonly name: string;
  /** What it is to the house: service, database, monitor, job, edge. */
  readonly component: string;
  /** Value `colour`, for what runs twice. */
  readonly colour?: string | undefined;
  /** Version of what runs. @default the chart's content */
  readonly version?: string | undefined;
}

export const COLOUR_LABEL = 'authorworks.io/colour';
export const PART_OF = { 'app.kubernetes.io/part-of': 'authorworks' };

/** What pods are chosen by; it can never change, so there is nothing in it that does. */
export const selectorOf = (scope: Construct, { name, colour }: Named): Record<string, string> => ({
  'app.kubernetes.io/name': name,
  'app.kubernetes.io/instance': HelmChart.around(scope).values.builtIn('.Release.Name'),
  ...(colour === undefined ? {} : { [COLOUR_LABEL]: colour }),
});

/** The labels of pods: another version of the chart alone must not restart them. */
export const podLabelsOf = (scope: Construct, named: Named): Record<string, string> => {
  const { values } = HelmChart.around(scope);
  return {
    ...selectorOf(scope, named),
    ...PART_OF,
    'app.kubernetes.io/component': named.component,
    'app.kubernetes.io/version': named.version ?? values.builtIn('.Chart.AppVersion'),
    'app.kubernetes.io/managed-by': values.builtIn('.Release.Service'),
  };
};

/** The labels that Kubernetes recommends. */
export const labelsOf = (scope: Construct, named: Named): Record<string, string> => ({
  ...podLabelsOf(scope, named),
  'helm.sh/chart': HelmChart.around(scope).values.builtIn('printf "%s-%s" .Chart.Name .Chart.Version'),
});
