import { Check } from 'lucide-react';
import * as Radix from 'radix-ui/dropdown-menu';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'react-router';
import { classes } from './classes.ts';
import styles from './menu.module.css';

interface MenuProps {
  readonly trigger: ReactElement;
  readonly children: ReactNode;
  readonly align?: 'start' | 'end';
  /** Where the focus goes afterwards, when it is not the trigger: an item that began renaming, for example. */
  readonly onCloseAutoFocus?: (event: Event) => void;
}

/** Actions that come when called. */
export const Menu = ({ trigger, children, align = 'end', onCloseAutoFocus }: MenuProps) => (
  <Radix.Root modal={false}>
    <Radix.Trigger asChild>{trigger}</Radix.Trigger>
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

interface ItemProps {
  readonly icon?: ReactNode;
  readonly children: ReactNode;
  readonly keys?: string;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly onSelect: () => void;
}

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

export const MenuLink = ({ icon, to, children }: { icon?: ReactNode; to: string; children: ReactNode }) => (
  <Radix.Item asChild>
    <Link className={styles.item} to={to}>
      {icon}
      {children}
    </Link>
  </Radix.Item>
);

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
}

/** One of several, within a menu. */
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
