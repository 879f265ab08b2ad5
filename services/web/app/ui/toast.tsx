import { X } from 'lucide-react';
import * as Radix from 'radix-ui/toast';
import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react';
import { useText } from '../i18n/text.ts';
import { classes } from './classes.ts';
import { uiText } from './text.ts';
import styles from './toast.module.css';

export interface ToastWords {
  readonly message: string;
  readonly kind?: 'info' | 'danger';
  /** Takes back what the message tells. */
  readonly undo?: () => void;
  readonly action?: { readonly label: string; readonly run: () => void };
}

interface Shown extends ToastWords {
  readonly id: number;
}

const ToastContext = createContext<(words: ToastWords) => void>(() => undefined);

/** Tells what has happened, with a way back. */
export const useToast = (): ((words: ToastWords) => void) => use(ToastContext);

const STAYS_MS = 6000;
/** Long enough to notice a mistake and find the button. */
const STAYS_WITH_UNDO_MS = 10_000;

const ToastView = ({ toast, onClose }: { toast: Shown; onClose: () => void }) => {
  const t = useText(uiText);
  const action = toast.undo ? { label: t.undo, run: toast.undo } : toast.action;
  return (
    <Radix.Root
      className={classes(styles.toast, toast.kind === 'danger' && styles.danger)}
      duration={action ? STAYS_WITH_UNDO_MS : STAYS_MS}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Radix.Description className={styles.words}>{toast.message}</Radix.Description>
      {action && (
        <Radix.Action className={styles.action} altText={action.label} onClick={action.run}>
          {action.label}
        </Radix.Action>
      )}
      <Radix.Close className={styles.close} aria-label={t.close}>
        <X aria-hidden />
      </Radix.Close>
    </Radix.Root>
  );
};

let lastId = 0;

export const ToastProvider = ({ children }: { children: ReactNode }) => {
  const t = useText(uiText);
  const [toasts, setToasts] = useState<readonly Shown[]>([]);
  const show = useCallback((words: ToastWords) => {
    lastId += 1;
    const shown = { ...words, id: lastId };
    setToasts((before) => [...before.slice(-2), shown]);
  }, []);
  const close = (id: number): void => setToasts((before) => before.filter((toast) => toast.id !== id));
  return (
    <Radix.Provider label={t.notifications} swipeDirection="down">
      <ToastContext value={useMemo(() => show, [show])}>{children}</ToastContext>
      {toasts.map((toast) => (
        <ToastView key={toast.id} toast={toast} onClose={() => close(toast.id)} />
      ))}
      <Radix.Viewport className={styles.viewport} label={`${t.notifications} ({hotkey})`} />
    </Radix.Provider>
  );
};
