import { Check } from 'lucide-react';
import * as Radix from 'radix-ui/dropdown-menu';
import { type ReactNode, useEffect, useRef } from 'react';
import { Link } from 'react-router';
import { classes } from './classes.ts';
import type { ChoiceProps, ItemProps, LinkProps, MenuShape } from './menu.tsx';
import styles from './menu.module.css';

interface MenuProps extends MenuShape {
  /** The press or key that asked for this menu while it was on its way: it is done again, now that it can be heard. */
  readonly replay: Event | null;
}

/** The menu itself: fetched by `menu.tsx`. */
export const LoadedMenu = ({ trigger, children, align = 'end', onCloseAutoFocus, replay }: MenuProps) => {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!replay) return;
    button.current?.focus();
    button.current?.dispatchEvent(replay);
  }, [replay]);
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger ref={button} asChild>
        {trigger}
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          className={styles.menu}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          {...(onCloseAutoFocus ? { onCloseAutoFocus } : {})}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
};

export const MenuItem = ({ icon, children, keys, danger, disabled, onSelect }: ItemProps) => (
  <Radix.Item
    className={classes(styles.item, danger && styles.danger)}
    disabled={disabled ?? false}
    onSelect={onSelect}
  >
    {icon}
    {children}
    {keys && <span className={styles.keys}>{keys}</span>}
  </Radix.Item>
);

export const MenuLink = ({ icon, to, children }: LinkProps) => (
  <Radix.Item asChild>
    <Link className={styles.item} to={to}>
      {icon}
      {children}
    </Link>
  </Radix.Item>
);

export const MenuChoice = ({ label, value, options, onChange }: ChoiceProps) => (
  <Radix.RadioGroup value={value} onValueChange={onChange} aria-label={label}>
    <Radix.Label className={styles.label}>{label}</Radix.Label>
    {options.map((option) => (
      <Radix.RadioItem key={option.value} value={option.value} className={styles.item}>
        {option.label}
        <Radix.ItemIndicator className={styles.check}>
          <Check />
        </Radix.ItemIndicator>
      </Radix.RadioItem>
    ))}
  </Radix.RadioGroup>
);

export const MenuLine = () => <Radix.Separator className={styles.line} />;
export const MenuLabel = ({ children }: { children: ReactNode }) => (
  <Radix.Label className={styles.label}>{children}</Radix.Label>
);
