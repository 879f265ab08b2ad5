import type { App } from 'cdk8s';
import { Construct } from 'constructs';
import { Claim } from '../constructs/claim.ts';
import { type ContainerProps, httpProbe } from '../constructs/container.ts';
import { ShownToOperators } from '../constructs/namespace-rights.ts';
import { DefaultDeny } from '../constructs/network.ts';
import { HookJob, untilItWorks } from '../constructs/task.ts';
import { Workload } from '../constructs/workload.ts';
import { namespaceOf } from '../constructs/zones.ts';
import { HelmChart } from '../packaging/index.ts';
import { VERSION } from './version.ts';

const README = `
Words, pictures and voices by models on the home server's processor: Ollama, Stable Diffusion, a speech server. amd64 only; one pod each (\`Recreate\`), because a
second one would need the memory again. None of them knows who asks: the network policies let in the services of the house alone.

\`\`\`sh
helm upgrade --install authorworks-ai charts/authorworks-ai --namespace authorworks-ai --create-namespace --set ollama.models='{llama3.2:3b}'
\`\`\`

Memory is the deployment document's: text 4–6 GB (models of 3 to 4 billion parameters; 8 are tight), pictures 3–5 GB, voices 2–3 GB. Models are kept on
volumes and fetched by a Job after each installation. Pictures and voices are off until the services that use them are built.
`;

interface ModelServer {
  readonly name: 'ollama' | 'stable-diffusion' | 'speech';
  readonly path: string;
  readonly size: string;
  readonly port: number;
  readonly image: ContainerProps['image'];
  readonly memoryMiB: ContainerProps['memoryMiB'];
  readonly env: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly modelsFolder: string;
  readonly healthPath: string;
}

const NEVER_LONGER_SECONDS = 4 * 3600;

/** A model behind HTTP, with its files on a volume. */
class Model extends Construct {
  constructor(scope: Construct, props: ModelServer) {
    super(scope, props.name);
    const { name, path, modelsFolder, healthPath, port } = props;
    const claim = new Claim(this, {
      name,
      component: 'model',
      as: `${name}-models`,
      path,
      size: props.size,
      doc: 'Size of the volume for models',
    });
    new Workload(this, {
      ...props,
      component: 'model',
      zone: 'ai',
      placement: 'server',
      recreate: true,
      ports: { http: port },
      cpuMillis: { request: 500, limit: 8000 },
      diskMiB: { request: 256, limit: 2048 },
      tmpMiB: 1024,
      volumes: [claim.volume],
      mounts: [{ name: `${name}-models`, mountPath: modelsFolder }],
      graceSeconds: 120,
      probes: {
        startup: httpProbe({ path: healthPath, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 120 }),
        readiness: httpProbe({ path: healthPath, periodSeconds: 10, timeoutSeconds: 10, failureThreshold: 3 }),
        // it answers late while it thinks: only a process that takes no connection is dead
        liveness: { tcpSocket: { port: 'http' }, periodSeconds: 30, timeoutSeconds: 10, failureThreshold: 6 },
      },
    });
  }
}

const OLLAMA_IMAGE = { repository: 'docker.io/ollama/ollama', tag: '0.13.5' };

const addOllama = (chart: HelmChart): void => {
  const { values } = chart;
  const keepAlive = values.string('ollama.keepAlive', {
    doc: 'For how long a model stays in memory after it was used',
    default: '10m',
    pattern: '^(-1|[0-9]+(s|m|h))$',
  });
  const context = values.integer('ollama.contextTokens', {
    doc: 'Tokens that a model remembers; more take more memory',
    default: 8192,
    min: 512,
    max: 131_072,
  });
  values.list('ollama.models', {
    doc: 'Models that are fetched after each installation',
    default: ['llama3.2:3b', 'nomic-embed-text:v1.5'],
    items: { type: 'string', pattern: '^[a-z0-9._/-]+(:[A-Za-z0-9._-]+)?$' },
  });
  new Model(chart, {
    name: 'ollama',
    path: 'ollama',
    port: 11_434,
    size: '40Gi',
    image: OLLAMA_IMAGE,
    memoryMiB: { request: 4096, limit: 6144 },
    modelsFolder: '/models',
    healthPath: '/api/version',
    env: {
      HOME: '/tmp',
      OLLAMA_HOST: '0.0.0.0:11434',
      OLLAMA_MODELS: '/models',
      OLLAMA_MAX_LOADED_MODELS: '1',
      OLLAMA_NUM_PARALLEL: '1',
      OLLAMA_FLASH_ATTENTION: '1',
      OLLAMA_KV_CACHE_TYPE: 'q8_0',
      OLLAMA_KEEP_ALIVE: keepAlive,
      OLLAMA_CONTEXT_LENGTH: values.calculate('string', (ref) => `toString ${ref(context)}`),
    },
  });
  new HookJob(chart, {
    name: 'ollama-pull',
    component: 'job',
    zone: 'ai',
    path: 'ollama.pull',
    placement: 'server',
    image: OLLAMA_IMAGE,
    command: [
      'sh',
      '-euc',
      'until ollama list >/dev/null 2>&1; do sleep 2; done; for model in $MODELS; do ollama pull "$model"; done',
    ],
    env: { HOME: '/tmp', OLLAMA_HOST: 'http://ollama:11434', MODELS: values.builtIn('join " " .Values.ollama.models') },
    memoryMiB: { request: 32, limit: 256 },
    cpuMillis: { request: 50, limit: 500 },
    hook: 'post-install,post-upgrade',
    deadlineSeconds: NEVER_LONGER_SECONDS,
  });
};

/** The chart `authorworks-ai`. */
export const authorworksAi = (app: App): HelmChart => {
  const chart = new HelmChart(app, 'authorworks-ai', {
    description: 'Models for AuthorWorks: text, pictures, voices',
    version: VERSION,
    appVersion: VERSION,
    readme: README,
    notes: (values) => `Models are being fetched; the first time that takes a while.

  kubectl --namespace ${values.builtIn('.Release.Namespace')} logs --follow job/ollama-pull
  helm test ${values.builtIn('.Release.Name')} --namespace ${values.builtIn('.Release.Namespace')}`,
  });
  const { values } = chart;
  chart.when(values.boolean('ollama.enabled', { doc: 'Text', default: true }), () => {
    addOllama(chart);
    new HookJob(chart, {
      name: 'ai-test',
      component: 'test',
      zone: 'ai',
      path: 'ollama.test',
      placement: 'server',
      image: OLLAMA_IMAGE,
      command: untilItWorks('ollama list'),
      env: { HOME: '/tmp', OLLAMA_HOST: 'http://ollama:11434' },
      memoryMiB: { request: 32, limit: 128 },
      cpuMillis: { request: 50, limit: 500 },
      hook: 'test',
      deadlineSeconds: 120,
    });
  });
  chart.when(values.boolean('stableDiffusion.enabled', { doc: 'Pictures', default: false }), () => {
    const threads = values.integer('stableDiffusion.threads', {
      doc: 'Cores that it takes',
      default: 6,
      min: 1,
      max: 64,
    });
    new Model(chart, {
      name: 'stable-diffusion',
      path: 'stableDiffusion',
      port: 7860,
      size: '30Gi',
      image: { repository: 'ghcr.io/authorworks/stable-diffusion', tag: '0.1.0' },
      memoryMiB: { request: 3072, limit: 5120 },
      modelsFolder: '/models',
      healthPath: '/health',
      env: {
        HOME: '/tmp',
        HF_HOME: '/models',
        OMP_NUM_THREADS: values.calculate('string', (ref) => `toString ${ref(threads)}`),
      },
    });
  });
  chart.when(values.boolean('speech.enabled', { doc: 'Voices', default: false }), () => {
    new Model(chart, {
      name: 'speech',
      path: 'speech',
      port: 8880,
      size: '10Gi',
      image: { repository: 'ghcr.io/remsky/kokoro-fastapi-cpu', tag: 'v0.2.4' },
      memoryMiB: { request: 2048, limit: 3072 },
      modelsFolder: '/models',
      healthPath: '/health',
      env: { HOME: '/tmp', HF_HOME: '/models' },
    });
  });
  new DefaultDeny(chart);
  new ShownToOperators(chart, namespaceOf(chart, 'app'));
  return chart;
};
