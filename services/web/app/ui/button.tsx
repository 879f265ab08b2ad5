import type { ComponentProps } from 'react';
import { Link, type LinkProps } from 'react-router';
import styles from './button.module.css';
import { classes } from './classes.ts';

export interface ButtonLook {
  readonly look?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly size?: 'small' | 'medium' | 'large';
  readonly wide?: boolean;
}

const looks = ({ look = 'plain', size = 'medium', wide = false }: ButtonLook, extra?: string): string =>
  classes(
    styles.button,
    styles[look],
    size === 'large' && styles.large,
    size === 'small' && styles.small,
    wide && styles.wide,
    extra,
  );

type ButtonProps = ButtonLook &
  ComponentProps<'button'> & {
    /** Shows that the work which it began goes on; it cannot be pressed meanwhile. */
    readonly busy?: boolean;
  };

export const Button = ({ look, size, wide, busy = false, className, disabled, ...props }: ButtonProps) => (
  <button
    type="button"
    {...props}
    disabled={disabled || busy}
    aria-busy={busy || undefined}
    className={classes(
      looks({ look: look ?? 'plain', size: size ?? 'medium', wide: wide ?? false }, className),
      busy && styles.busy,
    )}
  />
);

export const LinkButton = ({ look, size, wide, className, ...props }: ButtonLook & LinkProps) => (
  <Link
    {...props}
    className={looks({ look: look ?? 'plain', size: size ?? 'medium', wide: wide ?? false }, className)}
  />
);
