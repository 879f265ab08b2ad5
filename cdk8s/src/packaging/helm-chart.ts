import { ApiObject, type App, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { stringify } from 'yaml';
import { valuesSchema, valuesTable, valuesYaml } from './documents.ts';
import { Emitter, type Plain } from './emit.ts';
import { ValueError, Values } from './values.ts';

export interface HelmChartProps {
  readonly description: string;
  /** Version of the chart. */
  readonly version: string;
  /** Version of what is in it. */
  readonly appVersion: string;
  /** Text for the README above the table of values, in Markdown. */
  readonly readme: string;
  /** What Helm says after an installation; values may stand in it. */
  readonly notes: (values: Values) => string;
}

/** A rule over several values, which a schema cannot express. */
interface Rule {
  /** Expression that is true when the values are wrong. */
  readonly wrong: string;
  readonly message: string;
}

const LABEL_HELPER = `{{- /* Written by cdk8s/: change it there. */}}
{{- /* An image: repository:tag, or repository@digest when a digest is given; with the mirror's name before it, if there is one. */}}
{{- define "authorworks.image" -}}
{{- $image := index . 0 -}}{{- $registry := index . 1 -}}
{{- with $registry }}{{ . }}/{{ end -}}
{{- $image.repository }}{{ if $image.digest }}@{{ $image.digest }}{{ else }}:{{ $image.tag | default (index . 2) }}{{ end }}
{{- end }}
{{- /* The port of an address: its own, or that of its scheme. */}}
{{- define "authorworks.port" -}}
{{- $url := urlParse . -}}
{{- $ofScheme := dict "http" "80" "https" "443" "smtp" "25" "submission" "587" "submissions" "465" -}}
{{- regexFind ":[0-9]+$" $url.host | trimPrefix ":" | default (get $ofScheme $url.scheme) }}
{{- end }}
{{- /* Ports, as network policies want them. */}}
{{- define "authorworks.ports" -}}
{{- range . }}
- port: {{ int64 . }}
  protocol: TCP
{{- end }}
{{- end }}
`;

/** One Helm chart: constructs with an id become templates of that name. */
export class HelmChart extends Chart {
  readonly values = new Values();
  readonly props: HelmChartProps;
  readonly #files = new Map<string, string>();
  readonly #conditions = new Map<ApiObject, readonly string[]>();
  readonly #rules: Rule[] = [];

  constructor(app: App, name: string, props: HelmChartProps) {
    super(app, name, { disableResourceNameHashes: true });
    this.props = props;
  }

  /** The Helm chart in which a construct is. (`instanceof` takes every chart of cdk8s for one.) */
  static around(scope: Construct): HelmChart {
    const chart: Chart = Chart.of(scope);
    if (!(#files in chart)) throw new ValueError(`${scope.node.path} is in no Helm chart`);
    return chart;
  }

  /** Everything that `build` adds is only written if the condition (a boolean value) holds. */
  when(condition: unknown, build: () => void): void {
    const before = new Set(this.#objects());
    build();
    const expression = this.values.expressionOf(condition);
    for (const added of this.#objects()) {
      if (!before.has(added)) this.#conditions.set(added, [expression, ...(this.#conditions.get(added) ?? [])]);
    }
  }

  /** Adds a file to the chart. @returns its text as a value of a ConfigMap */
  file(path: string, text: string): string {
    if (/^\s/.test(text)) throw new ValueError(`files/${path} begins with a space: YAML would take it for indentation`);
    const known = this.#files.get(path);
    if (known !== undefined && known !== text) throw new ValueError(`files/${path} is added twice, and differently`);
    this.#files.set(path, text);
    return this.values.file(`files/${path}`);
  }

  /**
   * Adds a file in which values may stand, each as a whole YAML scalar: texts come out quoted. For settings of programs that
   * are YAML themselves; what is indented by Helm afterwards cannot break out of its place.
   */
  template(path: string, text: string): string {
    if (text.includes('{{')) throw new ValueError(`files/${path} has braces of its own: use file()`);
    this.file(path, new Emitter(this.values).scalars(text));
    return this.values.file(`files/${path}`, true);
  }

  /** Refuses values that do not go together; `wrong` is built of the expressions of values. */
  refuse(message: string, wrong: (ref: (value: unknown) => string) => string): void {
    this.#rules.push({ message, wrong: wrong((value) => this.values.expressionOf(value)) });
  }

  /** All files of the chart, by path. */
  write(): Map<string, string> {
    const { values, props } = this;
    const name = this.node.id;
    const files = new Map<string, string>();
    const emitter = new Emitter(values);
    for (const [path, text] of this.#templates(emitter)) files.set(`templates/${path}.yaml`, text);
    files.set('templates/_helpers.tpl', LABEL_HELPER);
    files.set('templates/NOTES.txt', `${emitter.text(props.notes(values))}\n`);
    if (this.#rules.length > 0) files.set('templates/rules.yaml', this.#rulesTemplate());
    for (const [path, text] of this.#files) files.set(`files/${path}`, text);
    files.set('Chart.yaml', this.#chartYaml());
    files.set('values.yaml', valuesYaml(name, values.declared));
    files.set('values.schema.json', valuesSchema(name, values.declared));
    files.set('README.md', `# ${name}\n\n${props.readme.trim()}\n\n## Values\n\n${valuesTable(values.declared)}\n`);
    files.set('.helmignore', 'examples/\n');
    return files;
  }

  #objects(): ApiObject[] {
    return this.node.findAll().filter((construct): construct is ApiObject => ApiObject.isApiObject(construct));
  }

  #templates(emitter: Emitter): Map<string, string> {
    const templates = new Map<string, string>();
    for (const object of this.#objects()) {
      const [, , top = object.node.id] = ['', ...object.node.path.split('/')];
      const written = emitter.document(object.toJson() as { [key: string]: Plain }, this.#conditions.get(object));
      templates.set(top, (templates.get(top) ?? '# Written by cdk8s/: change it there.\n') + written);
    }
    return templates;
  }

  #rulesTemplate(): string {
    const rules = this.#rules.map(
      ({ wrong, message }) => `{{- if ${wrong} }}\n{{- fail ${JSON.stringify(message)} }}\n{{- end }}\n`,
    );
    return `{{- /* Written by cdk8s/: change it there. What the schema of the values cannot say. */}}\n${rules.join('')}`;
  }

  #chartYaml(): string {
    const { description, version, appVersion } = this.props;
    return `# Written by cdk8s/: change it there.\n${stringify({
      apiVersion: 'v2',
      name: this.node.id,
      description,
      type: 'application',
      version,
      appVersion,
      kubeVersion: '>=1.30.0-0',
    })}`;
  }
}
