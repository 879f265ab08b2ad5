import { X } from 'lucide-react';
import * as Radix from 'radix-ui/dialog';
import type { ReactNode } from 'react';
import { uiText } from './text.ts';
import { useText } from '../i18n/text.ts';
import { IconButton } from './icon-button.tsx';
import { classes } from './classes.ts';
import styles from './dialog.module.css';

/** The dialog itself, where none of its fields asked for the focus: else the first control would show its hint at once. */
const focusDialog = (event: Event): void => {
  event.preventDefault();
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
};

interface DialogProps {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly description?: string;
  readonly children: ReactNode;
}

const Head = ({ title }: { title: string }) => {
  const t = useText(uiText);
  return (
    <div className={styles.head}>
      <Radix.Title className={styles.title}>{title}</Radix.Title>
      <Radix.Close asChild>
        <IconButton label={t.close} size="small" className={styles.close ?? ''}>
          <X />
        </IconButton>
      </Radix.Close>
    </div>
  );
};

const Described = ({ description }: { description: string | undefined }) =>
  description ? <Radix.Description className={styles.description}>{description}</Radix.Description> : null;

/** Something to decide or to fill in, above the page. On a phone it comes from below. */
export const Dialog = ({
  open,
  onOpenChange,
  title,
  description,
  wide,
  children,
}: DialogProps & { wide?: boolean }) => (
  <Radix.Root open={open} onOpenChange={onOpenChange}>
    <Radix.Portal>
      <Radix.Overlay className={styles.veil} />
      <Radix.Content
        className={classes(styles.dialog, wide && styles.wide)}
        onOpenAutoFocus={focusDialog}
        {...(description ? {} : { 'aria-describedby': undefined })}
      >
        <Head title={title} />
        <Described description={description} />
        <div className={styles.body}>{children}</div>
      </Radix.Content>
    </Radix.Portal>
  </Radix.Root>
);

/** The row of buttons that ends a dialog. */
export const DialogActions = ({ children }: { children: ReactNode }) => (
  <div className={styles.actions}>{children}</div>
);

/** A panel from the edge: contents, settings, and what stands beside the text on wider screens. */
export const Sheet = ({ open, onOpenChange, title, side, children }: DialogProps & { side: 'start' | 'end' }) => (
  <Radix.Root open={open} onOpenChange={onOpenChange}>
    <Radix.Portal>
      <Radix.Overlay className={styles.veil} />
      <Radix.Content
        className={classes(styles.sheet, styles[side])}
        aria-describedby={undefined}
        onOpenAutoFocus={focusDialog}
      >
        <Head title={title} />
        <div className={styles['sheet-body']}>{children}</div>
      </Radix.Content>
    </Radix.Portal>
  </Radix.Root>
);
