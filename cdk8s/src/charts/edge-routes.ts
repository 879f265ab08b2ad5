import {
  builtServiceNames,
  type Colour,
  COLOUR_COOKIE,
  colours,
  houseState,
  type ServiceName,
  services,
} from '@authorworks/contracts';
import type { k8s } from 'cdk8s-plus-27';
import { Construct } from 'constructs';
import { labelsOf } from '../constructs/labels.ts';
import { Middleware, traefikObject } from '../constructs/traefik.ts';
import { HelmChart, manifest, whenItems, whenKeys } from '../packaging/index.ts';

const HOST_PATTERN = '^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$';
/** Where Traefik asks the gateway (services/gateway/src/proxy/forward-auth.ts). */
const AUTHORIZE = '/internal/gateway/v1/authorize';
/** Of a refusal, which Traefik hands on to the caller. */
const MAX_REFUSAL_BYTES = 65_536;
/** Who somebody is, is said by Authelia through the gateway, and by nobody else. */
const IDENTITY_HEADERS = ['Remote-User', 'Remote-Groups', 'Remote-Name', 'Remote-Email'];

const strings = { type: 'string' };

interface Reference {
  readonly name: string;
}

/** What every route goes through, in this order. */
interface Chain {
  readonly clean: Middleware;
  readonly rate: Middleware;
  readonly headers: Middleware;
  readonly compress: Middleware;
}

/** The services that people reach. */
const routed = builtServiceNames.filter((name) => services[name].paths.length > 0);

interface Door {
  /** Who answers there. */
  readonly name: ServiceName;
  readonly paths: readonly string[];
}

/**
 * The paths of each service. Traefik takes the route of a service that has no ready pod for none at all: what is asked of it
 * then goes to the gateway, which knows that it is away (503), and not to web, which would say that there is no such thing (404).
 */
const doors: readonly Door[] = [
  ...routed.map((name) => ({ name, paths: services[name].paths })),
  { name: 'gateway', paths: ['/api'] },
];

const matchOf = (paths: readonly string[]): string =>
  // a prefix ends at a slash: /api/user is not /api/users
  paths
    .map((path) => (path === '/' ? 'PathPrefix(`/`)' : `Path(\`${path}\`) || PathPrefix(\`${path}/\`)`))
    .join(' || ');

/** Longer prefixes are looked at first, as in the table. */
const priorityOf = (paths: readonly string[]): number => 10 + Math.max(...paths.map((path) => path.length));

/** Before the routes of those who have not chosen yet; no path is this long. */
const PRIORITY_OF_CHOSEN = 200;

/** Requests of a page that came from this house (services/web says so in a cookie). */
const ofVisitors = (colour: Colour): string => `HeaderRegexp(\`Cookie\`, \`(^|; ?)${COLOUR_COOKIE}=${colour}(;|$)\`)`;

/** All routes of the house: weights between the colours, and a preview of the one that is not yet open. */
export class Routes extends Construct {
  readonly #chart: HelmChart;
  /** The houses that people reach, with a comma between them. */
  readonly open: string;

  constructor(scope: Construct) {
    super(scope, 'routes');
    this.#chart = HelmChart.around(this);
    const [blue, green] = colours.map((colour) => this.#weight(colour));
    this.open = this.#chart.values.calculate(
      'string',
      (ref) => `ternary (ternary "blue,green" "blue" (gt ${ref(green)} 0)) "green" (gt ${ref(blue)} 0)`,
    );
    const chain = this.#chain();
    this.#state();
    this.#services();
    this.#open(chain);
    this.#preview(chain);
  }

  #chain(): Chain {
    const { values } = this.#chart;
    const average = values.integer('limits.perSecond', {
      doc: 'Requests per second for one address, on average; the gateway counts accounts by itself',
      default: 50,
      min: 1,
    });
    const burst = values.integer('limits.burst', { doc: 'Requests at once for one address', default: 200, min: 1 });
    const proxies = values.integer('limits.trustedProxies', {
      doc: 'Proxies before Traefik that write X-Forwarded-For (cloudflared: 1); 0: the address of the connection',
      default: 0,
      max: 5,
    });
    const hsts = values.integer('tls.hstsSeconds', {
      doc: 'For how long browsers are to use https only; 0: not said',
      default: 31_536_000,
    });
    const spoofed = [...IDENTITY_HEADERS, 'X-Forwarded-Uri', 'X-Forwarded-Method'];
    return {
      // an empty value removes the header; ForwardAuth would believe the last two about what is asked for
      clean: new Middleware(this, 'clean', {
        headers: { customRequestHeaders: Object.fromEntries(spoofed.map((name) => [name, ''])) },
      }),
      rate: new Middleware(this, 'rate', {
        rateLimit: {
          average,
          burst,
          period: '1s',
          ...whenKeys(this, proxies, { sourceCriterion: { ipStrategy: { depth: proxies } } }),
        },
      }),
      // pages set their own policy
      headers: new Middleware(this, 'headers', {
        headers: {
          contentTypeNosniff: true,
          frameDeny: true,
          referrerPolicy: 'same-origin',
          stsSeconds: hsts,
          stsIncludeSubdomains: false,
          customResponseHeaders: { Server: '', 'X-Powered-By': '' },
        },
      }),
      compress: new Middleware(this, 'compress', {
        compress: { minResponseBodyBytes: 1024, excludedContentTypes: ['text/event-stream'] },
      }),
    };
  }

  /** What the pods of both houses read: whose turn the background work is, and who is open (contracts/colours.ts). */
  #state(): void {
    const { values } = this.#chart;
    const live = this.#live();
    const working = values.string('working', {
      doc: 'The house that does the background work (queues, sweeps, schedules); none: for the moment between two; empty: live',
      default: '',
      enum: ['', ...colours, houseState.nobody],
    });
    const scope = new Construct(this, 'state');
    manifest<k8s.KubeConfigMapProps>(
      scope,
      'config',
      { apiVersion: 'v1', kind: 'ConfigMap' },
      {
        metadata: {
          name: houseState.configMap,
          labels: labelsOf(scope, { name: houseState.configMap, component: 'edge' }),
        },
        data: {
          [houseState.working]: values.calculate('string', (ref) => `${ref(working)} | default ${ref(live)}`),
          [houseState.open]: this.open,
        },
      },
    );
  }

  #host(): string {
    return this.#chart.values.string('hosts.house', {
      doc: 'Name under which the house is reached',
      default: 'books.example',
      pattern: HOST_PATTERN,
    });
  }

  #live(): string {
    return this.#chart.values.string('live', {
      doc: 'The house whose gateway is asked about visitors who have not chosen yet; the one with the most weight',
      default: 'blue',
      enum: colours,
    });
  }

  #weight(colour: Colour): number {
    return this.#chart.values.integer(`weights.${colour}`, {
      doc: `Share of the ${colour} house in new visits; 0: it is not asked, and need not be there`,
      default: colour === 'blue' ? 100 : 0,
      max: 100,
    });
  }

  #services(): void {
    const [blue, green] = colours.map((colour) => this.#weight(colour));
    this.#chart.refuse(
      'weights.blue and weights.green are both 0: Traefik would answer every request with 500',
      (ref) => `eq (add ${ref(blue)} ${ref(green)}) 0`,
    );
    for (const name of routed) {
      const weighted = colours.flatMap((colour) =>
        whenItems(this, this.#weight(colour), [{ ...this.#pods(name, colour), weight: this.#weight(colour) }]),
      );
      const scope = new Construct(this, `weights-${name}`);
      traefikObject(scope, 'TraefikService', name, { weighted: { services: weighted } });
    }
  }

  /** The pods of a service in one house. */
  #pods(name: ServiceName, colour: Colour): Readonly<Record<string, unknown>> {
    const { port, sockets } = services[name];
    const service = { name: `${name}-${colour}`, kind: 'Service', port };
    if (!sockets) return service;
    const secure = this.#secure();
    // socket.io without WebSocket asks again and again, and its pod has to be the same
    const cookie = { name: `authorworks-${name}`, path: '/', httpOnly: true, secure, sameSite: 'lax' };
    return { ...service, sticky: { cookie } };
  }

  #secure(): boolean {
    return this.#chart.values.boolean('tls.enabled', {
      doc: 'https; false only behind a tunnel that does it',
      default: true,
    });
  }

  #authorize(name: string, colour: string): Reference {
    return new Middleware(this, name, {
      forwardAuth: {
        // Traefik is in another namespace, and asks by the name that holds everywhere
        address: `http://gateway-${colour}.${this.#chart.values.builtIn('.Release.Namespace')}:3000${AUTHORIZE}`,
        maxResponseBodySize: MAX_REFUSAL_BYTES,
        // Traefik's own word about the client; what clients write is removed by its entry points and by `clean`
        trustForwardHeader: true,
        authResponseHeaders: ['Authorization', 'X-Request-Id', ...IDENTITY_HEADERS],
      },
    }).reference;
  }

  #route(name: string, host: string, routes: readonly unknown[]): void {
    const { values } = this.#chart;
    const entryPoint = values.string('tls.entryPoint', {
      doc: "Traefik's entry point",
      default: 'websecure',
      enum: ['web', 'websecure'],
    });
    const tls = this.#secure();
    const secret = values.string('tls.secretName', {
      doc: "Secret with the certificate; empty: Traefik's own, or the resolver's",
      default: '',
      pattern: '^[a-z0-9.-]*$',
    });
    const resolver = values.string('tls.certResolver', {
      doc: 'Certificate resolver of Traefik; empty: none',
      default: '',
      pattern: '^[a-z0-9-]*$',
    });
    const scope = new Construct(this, `route-${name}`);
    traefikObject(scope, 'IngressRoute', name, {
      entryPoints: [entryPoint],
      routes,
      ...whenKeys(this, tls, {
        tls: {
          domains: [{ main: host }],
          ...whenKeys(this, secret, { secretName: secret }),
          ...whenKeys(this, resolver, { certResolver: resolver }),
        },
      }),
    });
  }

  #open(chain: Chain): void {
    const { values } = this.#chart;
    const host = this.#host();
    const live = this.#live();
    const authorize = this.#authorize('authorize', live);
    const chart = this.#chart;
    for (const colour of colours)
      chart.refuse(
        `live is ${colour}, but weights.${colour} is 0`,
        (ref) => `and (eq ${ref(live)} "${colour}") (eq ${ref(this.#weight(colour))} 0)`,
      );
    const middlewares = [chain.clean, chain.rate, chain.headers, chain.compress].map(({ reference }) => reference);
    const toHouse = ({ name, paths }: Door) => ({
      kind: 'Rule',
      match: `Host(\`${host}\`) && (${matchOf(paths)})`,
      priority: priorityOf(paths),
      middlewares: [...middlewares, authorize],
      services: [{ kind: 'TraefikService', name }],
    });
    const toChosen = (colour: Colour) => {
      const own = this.#authorize(`authorize-${colour}`, colour);
      return ({ name, paths }: Door) => ({
        kind: 'Rule',
        match: `Host(\`${host}\`) && (${matchOf(paths)}) && ${ofVisitors(colour)}`,
        priority: PRIORITY_OF_CHOSEN + priorityOf(paths),
        middlewares: [...middlewares, own],
        services: [this.#pods(name, colour)],
      });
    };
    const [blue, green] = colours.map((colour) => this.#weight(colour));
    const isShared = values.calculate('boolean', (ref) => `and ${ref(blue)} ${ref(green)}`);
    // who has begun in one house stays there while both are open: pages, their scripts and what these ask for belong together
    const chosen = colours.flatMap((colour) => whenItems(this, isShared, doors.map(toChosen(colour))));
    this.#route('house', host, [...chosen, ...doors.map(toHouse)]);
  }

  /** The colour that has no weight yet, under a name of its own, for the operator's networks. */
  #preview({ clean, headers, compress }: Chain): void {
    const { values } = this.#chart;
    const enabled = values.boolean('preview.enabled', {
      doc: 'The other house under a name of its own, to be looked at before it is opened',
      default: false,
    });
    const own = values.string('preview.host', {
      doc: 'That name; empty: preview. before hosts.house',
      default: '',
      pattern: `^(${HOST_PATTERN.slice(1, -1)})?$`,
    });
    const house = this.#host();
    const host = values.calculate('string', (ref) => `${ref(own)} | default (printf "preview.%s" ${ref(house)})`);
    const colour = values.string('preview.colour', { doc: 'Which house that is', default: 'green', enum: colours });
    const networks = values.list<string>('preview.networks', {
      doc: 'Networks (CIDR) that may look',
      default: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'],
      items: { ...strings, pattern: '^[0-9a-f.:]+/[0-9]+$' },
    });
    this.#chart.when(enabled, () => {
      const only = new Middleware(this, 'operators-only', { ipAllowList: { sourceRange: networks } }).reference;
      const authorize = this.#authorize('authorize-preview', colour);
      const middlewares = [only, clean.reference, headers.reference, compress.reference, authorize];
      const toPreview = ({ name, paths }: Door) => ({
        kind: 'Rule',
        match: `Host(\`${host}\`) && (${matchOf(paths)})`,
        priority: priorityOf(paths),
        middlewares,
        services: [{ kind: 'Service', name: `${name}-${colour}`, port: services[name].port }],
      });
      this.#route('preview', host, doors.map(toPreview));
    });
  }
}

/** Services of others that are reached under names of their own. */
export const hostValue = (scope: Construct, path: string, doc: string, fallback: string): string =>
  HelmChart.around(scope).values.string(path, { doc, default: fallback, pattern: HOST_PATTERN });
