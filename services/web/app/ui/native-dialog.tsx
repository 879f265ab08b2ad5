import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { classes } from './classes.ts';
import styles from './native-dialog.module.css';

interface NativeDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly closeLabel: string;
  readonly side: 'start' | 'end';
  readonly children: ReactNode;
}

/** A panel from the edge by the browser's own dialog: for the reader, which carries no dialog library. */
export const NativeDialog = ({ open, onClose, title, closeLabel, side, children }: NativeDialogProps) => {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  return (
    <dialog
      ref={ref}
      className={classes(styles.dialog, side === 'start' && styles.start)}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => {
        // beside the panel is the backdrop
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <div className={styles.head}>
        <h2 id={id} className={styles.title}>
          {title}
        </h2>
        <button type="button" className={styles.close} aria-label={closeLabel} onClick={onClose}>
          <X aria-hidden />
        </button>
      </div>
      <div className={styles.body}>{open && children}</div>
    </dialog>
  );
};
