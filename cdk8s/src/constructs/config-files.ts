import type { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { HelmChart, manifest } from '../packaging/index.ts';
import type { Volume } from './container.ts';
import { labelsOf, type Named } from './labels.ts';

const FILES = new URL('../../files/', import.meta.url);

/** A file of cdk8s/files/. */
export const readSource = (path: string): string => readFileSync(new URL(path, FILES), 'utf8');

export interface ConfigFilesProps extends Named {
  /** Name of the ConfigMap. */
  readonly as: string;
  /** Name in the ConfigMap → text. */
  readonly files: Readonly<Record<string, string>>;
  /** Files in which values stand. */
  readonly templates?: Readonly<Record<string, string>>;
  readonly namespace?: string;
}

/** A ConfigMap of files that are shipped with the chart and never seen as templates. */
export class ConfigFiles extends Construct {
  /** Changes whenever a file does; as an annotation of a pod it restarts it. */
  readonly checksum: string;
  readonly volume: (name: string, mode?: number) => Volume;

  constructor(scope: Construct, props: ConfigFilesProps) {
    super(scope, `${props.as}-files`);
    const chart = HelmChart.around(this);
    const entries = [
      ...Object.entries(props.files).map(([name, text]) => [name, chart.file(`${props.as}/${name}`, text)]),
      ...Object.entries(props.templates ?? {}).map(([name, text]) => [
        name,
        chart.template(`${props.as}/${name}`, text),
      ]),
    ];
    manifest<k8s.KubeConfigMapProps>(
      this,
      'config',
      { apiVersion: 'v1', kind: 'ConfigMap' },
      {
        metadata: {
          name: props.as,
          labels: labelsOf(this, props),
          ...(props.namespace === undefined ? {} : { namespace: props.namespace }),
        },
        data: Object.fromEntries(entries) as Record<string, string>,
      },
    );
    const fixed = createHash('sha256').update(JSON.stringify(props.files)).digest('hex').slice(0, 16);
    const rendered = Object.keys(props.templates ?? {}).map(
      (name) => `(tpl (.Files.Get "files/${props.as}/${name}") .)`,
    );
    this.checksum =
      rendered.length === 0 ? fixed : chart.values.builtIn(`print "${fixed}" ${rendered.join(' ')} | sha256sum`);
    this.volume = (name, mode) => ({
      name,
      configMap: { name: props.as, ...(mode === undefined ? {} : { defaultMode: mode }) },
    });
  }
}
