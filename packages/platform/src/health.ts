/** A dependency's check: resolves when it can be used. */
export type ReadinessCheck = () => Promise<void>;

export interface HealthReport {
  readonly ready: boolean;
  readonly checks: Readonly<
    Record<string, { readonly ok: boolean; readonly detail?: string; readonly milliseconds: number }>
  >;
}

/** A check that takes longer than this counts as failed. */
const CHECK_TIMEOUT_MS = 2_000;

/**
 * Readiness of one service: what it needs to do its work. Liveness is not asked here: a process that can answer lives,
 * and restarting it because PostgreSQL is away would only make things worse.
 */
export class Health {
  readonly #checks = new Map<string, ReadinessCheck>();
  #phase: 'starting' | 'serving' | 'draining' = 'starting';

  addCheck(name: string, check: ReadinessCheck): void {
    this.#checks.set(name, check);
  }

  serving(): void {
    this.#phase = 'serving';
  }

  /** From now on not ready, so that no new work is sent here. */
  draining(): void {
    this.#phase = 'draining';
  }

  get isDraining(): boolean {
    return this.#phase === 'draining';
  }

  async report(): Promise<HealthReport> {
    const results = await Promise.all(
      [...this.#checks].map(async ([name, check]) => [name, await this.#run(check)] as const),
    );
    const checks = Object.fromEntries(results);
    const phase = this.#phase === 'serving' ? {} : { service: { ok: false, detail: this.#phase, milliseconds: 0 } };
    const all = { ...checks, ...phase };
    return { ready: Object.values(all).every(({ ok }) => ok), checks: all };
  }

  async #run(check: ReadinessCheck): Promise<{ ok: boolean; detail?: string; milliseconds: number }> {
    const started = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const tooSlow = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)), CHECK_TIMEOUT_MS);
    });
    try {
      await Promise.race([check(), tooSlow]);
      return { ok: true, milliseconds: Math.round(performance.now() - started) };
    } catch (error) {
      return { ok: false, detail: (error as Error).message, milliseconds: Math.round(performance.now() - started) };
    } finally {
      clearTimeout(timer);
    }
  }
}
