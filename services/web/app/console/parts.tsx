import type { ReactNode } from 'react';
import { useText } from '../i18n/text.ts';
import { classes } from '../ui/classes.ts';
import { Notice, Problem } from '../ui/state.tsx';
import { Skeleton } from '../ui/progress.tsx';
import { consoleText } from './console-text.ts';
import styles from './console.module.css';
import type { GapView } from './use-console.ts';

export type Mood = 'good' | 'busy' | 'warning' | 'danger' | 'off';

/** A state at a glance; its form tells it as well as its colour, and the words beside it say it. */
export const Dot = ({ mood }: { mood: Mood }) => <span className={classes(styles.dot, styles[mood])} aria-hidden />;

export const State = ({ mood, children }: { mood: Mood; children: ReactNode }) => (
  <span className={styles.state}>
    <Dot mood={mood} />
    {children}
  </span>
);

/** A house of two: which one. */
export const Colour = ({ colour }: { colour: string | null }) => {
  const t = useText(consoleText).pods.colours;
  if (colour === null) return null;
  const known = colour === 'blue' || colour === 'green' ? colour : undefined;
  return <span className={classes(styles.colour, known && styles[known])}>{known ? t[known] : colour}</span>;
};

/** What cannot be shown, and why. */
export const Gaps = ({ gaps, of }: { gaps: readonly GapView[]; of: readonly GapView['what'][] }) => {
  const t = useText(consoleText).gaps;
  const wanted = gaps.filter(({ what }) => of.includes(what));
  const sentences = wanted.map(({ what, why, namespace }) => {
    if (why === 'one-process') return what in t[why] ? t[why][what as keyof (typeof t)['one-process']] : '';
    if (what === 'metrics' && why === 'absent') return t.metrics;
    return t[why](t.what[what], namespace ?? t.cluster);
  });
  if (sentences.length === 0) return null;
  return (
    <div className={styles.gap}>
      <Notice>
        {[...new Set(sentences)].map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </Notice>
    </div>
  );
};

interface LookProps<T> {
  readonly query: { readonly data: T | undefined; readonly error: unknown; readonly refetch: () => unknown };
  readonly children: (data: T) => ReactNode;
}

/** What was looked at; while the house is away, as it was the last time. */
export const Look = <T,>({ query, children }: LookProps<T>) => {
  const t = useText(consoleText);
  const { data, error, refetch } = query;
  if (data === undefined) {
    return error ? <Problem compact error={error} onRetry={() => void refetch()} /> : <Skeleton height="14rem" />;
  }
  return (
    <>
      {Boolean(error) && (
        <Notice kind="warning" live>
          {t.stale}
        </Notice>
      )}
      {children(data)}
    </>
  );
};

/** How much of something is taken. */
export const Meter = ({ label, share }: { label: string; share: number }) => {
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <div
      className={styles.meter}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div className={classes(styles.fill, percent > 90 && styles.full)} style={{ inlineSize: `${percent}%` }} />
    </div>
  );
};
