import type { CheckReport, Finding } from '@authorworks/contracts';

const SHOWN = 10;
const WHAT_LENGTH = 100;
/** So that the whole report fits into what a pod leaves behind (tasks/protocol.ts). */
const PROBLEM_LENGTH = 220;

const cut = (text: string, length: number): string => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/** Collects what a check finds: all of it in the log, the first of it in the report. */
export class Findings {
  readonly #log: (line: string) => void;
  readonly #findings: Finding[] = [];
  checked = 0;
  problems = 0;

  /** @param before The report of the attempt that this one goes on with. */
  constructor(log: (line: string) => void, before?: CheckReport) {
    this.#log = log;
    if (!before) return;
    this.checked = before.checked;
    this.problems = before.problems;
    this.#findings.push(...before.findings);
  }

  add(what: string, problem: string): void {
    this.problems += 1;
    this.#log(`PROBLEM ${what}: ${problem}`);
    if (this.#findings.length < SHOWN)
      this.#findings.push({ what: cut(what, WHAT_LENGTH), problem: cut(problem, PROBLEM_LENGTH) });
  }

  report(): CheckReport {
    return { checked: this.checked, problems: this.problems, findings: [...this.#findings] };
  }
}
