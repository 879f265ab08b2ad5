import { type Kube, patiently, statusOf } from '../../cluster/kube.ts';
import type { LogPiece } from '../task-runner.ts';

/** At once; who printed more than this since the last time loses the beginning. */
const TAIL_LINES = 2_000;
const LIMIT_BYTES = 4 * 1024 * 1024;
/** The node's clock and ours may differ by this much. */
const CLOCK_SECONDS = 60;
/** A kubelet that is gone is not waited for: others have runs too. */
const PATIENCE_MS = 5_000;
/** RFC 3339 with nanoseconds, as kubelets write it in front of each line: as text it is ordered like time. */
const STAMPED = /^(\d{4}-\d\d-\d\dT[\d:]{8}(?:\.\d+)?Z) (.*)$/s;

/** Zeros at the end of a fraction are left out, so that text and time would be ordered differently. */
const comparable = (stamp: string): string => {
  const [seconds = '', fraction = ''] = stamp.slice(0, -1).split('.');
  return `${seconds}.${fraction.padEnd(9, '0')}`;
};

export interface LogSource {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

/** What a container has printed behind `mark`, the time of the last line that was read. It is asked for anew each time: a
 * stream that lasts breaks off without anybody being told. */
export const readPodLog = async ({ core }: Kube, source: LogSource, mark: string | null): Promise<LogPiece> => {
  const nothing: LogPiece = { text: '', mark: mark ?? '', skipped: false };
  const since = mark ? Math.ceil((Date.now() - Date.parse(`${mark}Z`)) / 1000) + CLOCK_SECONDS : undefined;
  let text: string;
  try {
    text = await patiently(
      core.readNamespacedPodLog({
        namespace: source.namespace,
        name: source.pod,
        container: source.container,
        timestamps: true,
        tailLines: TAIL_LINES,
        limitBytes: LIMIT_BYTES,
        ...(since === undefined ? {} : { sinceSeconds: Math.max(1, since) }),
      }),
      PATIENCE_MS,
    );
  } catch (error) {
    // it has not begun, or is gone
    if (statusOf(error) === 400 || statusOf(error) === 404) return nothing;
    throw error;
  }
  const lines = text.split('\n').flatMap((line) => {
    const [, stamp, words] = STAMPED.exec(line) ?? [];
    return stamp === undefined || words === undefined ? [] : [{ at: comparable(stamp), words }];
  });
  const added = lines.filter(({ at }) => mark === null || mark === '' || at > mark);
  const last = added.at(-1);
  if (!last) return nothing;
  const skipped = lines.length >= TAIL_LINES && added.length === lines.length;
  return { text: added.map(({ words }) => `${words}\n`).join(''), mark: last.at, skipped };
};
