/** Why a release cannot go on, in one line for the operator. */
export class ReleaseProblem extends Error {
  override readonly name = 'ReleaseProblem';
}

/** The operator, or the end of the lease, wants this program to stop; what was begun stays for the next run. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** One line of whatever was thrown. */
export const lineOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').trim().slice(0, 600);
