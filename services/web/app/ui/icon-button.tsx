import type { ComponentProps, ReactNode } from 'react';
import styles from './button.module.css';
import { classes } from './classes.ts';
import { Hint } from './hint.tsx';

type IconButtonProps = ComponentProps<'button'> & {
  /** Name for everybody: shown on hover and focus, read aloud. */
  readonly label: string;
  readonly size?: 'small' | 'medium';
  /** Keys that do the same, shown behind the label. */
  readonly keys?: string;
  readonly children: ReactNode;
};

export const IconButton = ({ label, size = 'medium', keys, className, children, ...props }: IconButtonProps) => (
  <Hint text={label} {...(keys ? { keys } : {})}>
    <button
      type="button"
      aria-label={label}
      {...props}
      className={classes(styles.button, styles.quiet, styles.icon, size === 'small' && styles.small, className)}
    >
      {children}
    </button>
  </Hint>
);
