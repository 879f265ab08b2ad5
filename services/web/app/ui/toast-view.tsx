import { X } from 'lucide-react';
import * as Radix from 'radix-ui/toast';
import { useText } from '../i18n/text.ts';
import { classes } from './classes.ts';
import { uiText } from './text.ts';
import type { Shown } from './toast.tsx';
import styles from './toast.module.css';

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

/** The notices that are shown now: fetched by `toast.tsx` before the first. */
export const Toasts = ({ toasts, onClose }: { toasts: readonly Shown[]; onClose: (id: number) => void }) => {
  const t = useText(uiText);
  return (
    <Radix.Provider label={t.notifications} swipeDirection="down">
      {toasts.map((toast) => (
        <ToastView key={toast.id} toast={toast} onClose={() => onClose(toast.id)} />
      ))}
      <Radix.Viewport className={styles.viewport} label={`${t.notifications} ({hotkey})`} />
    </Radix.Provider>
  );
};
