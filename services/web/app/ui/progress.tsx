import type { CSSProperties } from 'react';
import { useText } from '../i18n/text.ts';
import { classes } from './classes.ts';
import styles from './progress.module.css';
import { uiText } from './text.ts';

interface ProgressProps {
  readonly label: string;
  /** 0 to 100; null while the total is not known. */
  readonly value: number | null;
  readonly thin?: boolean;
}

export const Progress = ({ label, value, thin }: ProgressProps) => (
  <div
    className={classes(styles.track, thin && styles.thin)}
    role="progressbar"
    aria-label={label}
    aria-valuemin={0}
    aria-valuemax={100}
    {...(value === null ? {} : { 'aria-valuenow': Math.round(value) })}
  >
    <div
      className={classes(styles.bar, value === null && styles.unknown)}
      {...(value === null ? {} : { style: { inlineSize: `${Math.min(100, Math.max(0, value))}%` } })}
    />
  </div>
);

/** The shape of what is to come. It is seen only when the wait is longer than 300 ms. */
export const Skeleton = ({ width, height }: { width?: string; height: string }) => {
  const style: CSSProperties = { blockSize: height, ...(width ? { inlineSize: width } : {}) };
  return <span className={styles.skeleton} style={style} aria-hidden />;
};

/** For whole pages whose shape is not known. */
export const Waiting = () => {
  const t = useText(uiText);
  return (
    <p className={styles.waiting} role="status">
      {t.loading}
    </p>
  );
};
