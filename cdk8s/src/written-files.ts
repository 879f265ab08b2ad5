import { App } from 'cdk8s';
import { authorworks } from './charts/authorworks.ts';
import { authorworksAi } from './charts/authorworks-ai.ts';
import { authorworksData } from './charts/authorworks-data.ts';
import { authorworksEdge } from './charts/authorworks-edge.ts';
import { authorworksWatch } from './charts/authorworks-watch.ts';
import { compose } from './compose.ts';
import type { HelmChart } from './packaging/index.ts';
import { skaffold } from './skaffold.ts';

const charts: readonly ((app: App) => HelmChart)[] = [
  authorworksData,
  authorworks,
  authorworksEdge,
  authorworksAi,
  authorworksWatch,
];

/** Everything that is written, by its path in the repository. */
export const writtenFiles = (): Map<string, string> => {
  const app = new App();
  const files = new Map<string, string>();
  for (const build of charts) {
    const chart = build(app);
    for (const [path, text] of chart.write()) files.set(`charts/${chart.node.id}/${path}`, text);
  }
  files.set('skaffold.yaml', skaffold());
  files.set('compose.yaml', compose());
  return files;
};
