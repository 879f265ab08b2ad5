import { builtServiceNames, type Inspection, type jobsTasks, type ServiceName } from '@authorworks/contracts';
import { Findings } from './report.ts';
import type { TaskCall, TaskWork } from './task-call.ts';

/** Access tokens are taken with a difference of 5 s between two clocks; two that differ by so much are far apart. */
const CLOCK_SECONDS = 4;
/** Work that is due is begun within seconds; what waits for longer waits in vain. */
const WAITING_SECONDS = 15 * 60;
const PATIENCE_MS = 10_000;
/** Events are published at once; so many are left only when Redis is away. */
const UNPUBLISHED = 1_000;

/** How far a clock is from ours, in whole seconds; HTTP tells no more (RFC 9110, 6.6.1). */
const clockOf = (response: Response): number | undefined => {
  const date = Date.parse(response.headers.get('date') ?? '');
  return Number.isNaN(date) ? undefined : Math.round((date - Date.now()) / 1000);
};

const checkReadiness = async (name: ServiceName, { house, signal }: TaskCall, findings: Findings): Promise<boolean> => {
  try {
    const response = await fetch(`${house.directory.urlOf(name)}/readyz`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    const report = (await response.json()) as { checks?: Record<string, { ok: boolean; detail?: string }> };
    for (const [check, { ok, detail }] of Object.entries(report.checks ?? {}))
      if (!ok) findings.add(name, `not ready: ${check} ${detail ?? ''}`.trim());
    const seconds = clockOf(response);
    if (seconds !== undefined && Math.abs(seconds) > CLOCK_SECONDS)
      findings.add(name, `its clock differs from this machine's by ${seconds} s; sign-ins fail when clocks differ`);
    return true;
  } catch (error) {
    findings.add(name, `does not answer: ${(error as Error).message}`);
    return false;
  }
};

const checkWork = (name: string, { queues, deadLetters, unpublishedEvents }: Inspection, findings: Findings): void => {
  for (const { type, failed, oldestWaitingSeconds } of queues) {
    if (failed > 0) findings.add(name, `${failed} jobs ${type} are parked; look at them in the console`);
    if (oldestWaitingSeconds !== null && oldestWaitingSeconds > WAITING_SECONDS)
      findings.add(name, `a job ${type} has been waiting for ${Math.round(oldestWaitingSeconds / 60)} minutes`);
  }
  if (deadLetters > 0) findings.add(name, `${deadLetters} events could not be handled (dead letters)`);
  if (unpublishedEvents > UNPUBLISHED) findings.add(name, `${unpublishedEvents} events wait to be published`);
};

/** What an operator would look at by hand: every service, its stores, its clock, its work. */
export const checkHouse: TaskWork<typeof jobsTasks.checkHouse> = async (call) => {
  const { house, log, progress, signal } = call;
  const findings = new Findings(log);
  for (const [index, name] of builtServiceNames.entries()) {
    progress((index / builtServiceNames.length) * 100, name);
    findings.checked += 1;
    // first by the client that asks again: rules of the network know a new pod's address a moment after it has begun
    const [told] = await Promise.allSettled([house.inspectionOf(name).readInspection(undefined, { signal })]);
    if (!(await checkReadiness(name, call, findings))) continue;
    if (told.status === 'rejected') {
      findings.add(name, `cannot be inspected: ${(told.reason as Error).message}`);
      continue;
    }
    checkWork(name, told.value, findings);
    log(`${name} ${told.value.version}: ${Math.round(told.value.process.memoryBytes / 1e6)} MB`);
  }
  log(`${findings.checked} services, ${findings.problems} problems`);
  return findings.report();
};
