import { type ServiceHealth, type ServiceName, serviceNames, services } from '@authorworks/contracts';
import type { Directory } from '@authorworks/platform';
import type { z } from 'zod';
import type { Upstreams } from '../proxy/upstreams.ts';

export type Health = z.infer<typeof ServiceHealth>;

/** Without these nobody can read or write a book; the others make one feature poorer. */
const ESSENTIAL: ReadonlySet<ServiceName> = new Set(['user', 'content', 'editor', 'storage', 'web']);

const PATIENCE_MS = 2_500;
/** However many ask, the services are asked once in this time. */
const FRESH_MS = 1_000;

interface Readiness {
  readonly ready: boolean;
  readonly checks?: Readonly<Record<string, { readonly ok: boolean }>>;
}

/** What is wrong, by name only: addresses and messages of the machine room are not for everybody. */
const complaintOf = ({ checks = {} }: Readiness): string => {
  const failing = Object.entries(checks).filter(([, { ok }]) => !ok);
  return failing.length > 0 ? `not ready: ${failing.map(([name]) => name).join(', ')}` : 'not ready';
};

/** The state of all services, asked from themselves. */
export class HouseHealth {
  readonly #directory: Directory;
  readonly #upstreams: Upstreams;
  #asked: { readonly at: number; readonly answer: Promise<Health[]> } | undefined;

  constructor(directory: Directory, upstreams: Upstreams) {
    this.#directory = directory;
    this.#upstreams = upstreams;
  }

  async read(): Promise<Health[]> {
    const now = performance.now();
    if (!this.#asked || now - this.#asked.at > FRESH_MS)
      this.#asked = { at: now, answer: Promise.all(serviceNames.map(async (name) => await this.#ask(name))) };
    return await this.#asked.answer;
  }

  /** Whether readers and writers have what they need. */
  isWhole(health: readonly Health[]): boolean {
    return health.every(({ name, state }) => state !== 'down' || !ESSENTIAL.has(name as ServiceName));
  }

  async #ask(name: ServiceName): Promise<Health> {
    const { title, state } = services[name];
    const known = { name, title, latencyMs: null, detail: null };
    if (state === 'planned') return { ...known, state: 'planned' };
    if (name === 'gateway') return { ...known, state: 'up' };
    const started = performance.now();
    try {
      const response = await fetch(`${this.#directory.urlOf(name)}/readyz`, {
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const latencyMs = Math.round(performance.now() - started);
      const readiness = (await response.json()) as Readiness;
      if (!readiness.ready) return { ...known, state: 'down', latencyMs, detail: complaintOf(readiness) };
      const resting = this.#upstreams.of(name).breaker.state !== 'closed';
      return { ...known, latencyMs, state: resting ? 'degraded' : 'up', detail: resting ? 'coming back' : null };
    } catch {
      return { ...known, state: 'down', detail: 'not reachable' };
    }
  }
}
