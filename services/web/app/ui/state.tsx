import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useProblem } from '../api/problem.ts';
import { useText } from '../i18n/text.ts';
import { Button } from './button.tsx';
import { classes } from './classes.ts';
import styles from './state.module.css';
import { uiText } from './text.ts';

interface EmptyProps {
  readonly picture?: ReactNode;
  readonly title: string;
  /** What to do about it. */
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** Within a panel, not a page of its own. */
  readonly compact?: boolean;
  readonly as?: 'h1' | 'h2' | 'h3' | 'p';
}

export const Empty = ({ picture, title, children, actions, compact, as: Title = 'h2' }: EmptyProps) => (
  <div className={classes(styles.state, compact && styles.compact)}>
    {picture && (
      <span className={styles.picture} aria-hidden>
        {picture}
      </span>
    )}
    <Title className={styles.title}>{title}</Title>
    {children && <div className={styles.words}>{children}</div>}
    {actions && <div className={styles.actions}>{actions}</div>}
  </div>
);

interface ProblemProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
  readonly compact?: boolean;
}

/** What happened, what was kept, what to do. */
export const Problem = ({ error, onRetry, compact }: ProblemProps) => {
  const t = useText(uiText);
  const problem = useProblem(error);
  return (
    <div className={classes(styles.state, compact && styles.compact)} role="alert">
      <h2 className={styles.title}>{problem.title}</h2>
      <p className={styles.words}>{problem.message}</p>
      {onRetry && (
        <div className={styles.actions}>
          <Button onClick={onRetry}>{t.tryAgain}</Button>
        </div>
      )}
      {problem.requestId && <p className={styles.small}>{t.requestId(problem.requestId)}</p>}
    </div>
  );
};

const icons = { info: Info, warning: TriangleAlert, danger: CircleAlert, good: CircleCheck };

interface NoticeProps {
  readonly kind?: keyof typeof icons;
  readonly children: ReactNode;
  /** Read aloud when it appears. */
  readonly live?: boolean;
}

/** One sentence that belongs to the page. */
export const Notice = ({ kind = 'info', children, live }: NoticeProps) => {
  const Icon = icons[kind];
  return (
    <div className={classes(styles.notice, kind !== 'info' && styles[kind])} {...(live ? { role: 'alert' } : {})}>
      <Icon aria-hidden />
      <div>{children}</div>
    </div>
  );
};
