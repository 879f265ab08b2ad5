import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { Progress } from '../ui/progress.tsx';
import { BOOK_FILE_ACCEPT } from './book-file.ts';
import styles from './shelf.module.css';
import { shelfText } from './text.ts';
import { useImport } from './use-import.ts';

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** Watches the whole window for files that are dragged in. Counts, because each element fires its own enter and leave. */
const useFileDrop = (onFiles: (files: readonly File[]) => void): boolean => {
  const [over, setOver] = useState(false);
  const latest = useRef(onFiles);
  latest.current = onFiles;
  useEffect(() => {
    let depth = 0;
    const stop = new AbortController();
    const on = (type: 'dragenter' | 'dragover' | 'dragleave' | 'drop', handle: (event: DragEvent) => void): void =>
      addEventListener(
        type,
        (event) => {
          if (!carriesFiles(event)) return;
          event.preventDefault();
          handle(event);
        },
        { signal: stop.signal },
      );
    on('dragenter', () => setOver((depth += 1) > 0));
    on('dragleave', () => setOver((depth -= 1) > 0));
    on('dragover', () => undefined);
    on('drop', (event) => {
      depth = 0;
      setOver(false);
      latest.current([...(event.dataTransfer?.files ?? [])]);
    });
    return () => stop.abort();
  }, []);
  return over;
};

interface ImportZoneProps {
  /** Gets the function that opens the file dialog. */
  readonly children: (choose: () => void) => ReactNode;
  readonly bookId?: string;
}

/** Takes book files: dropped anywhere in the window, or chosen. */
export const ImportZone = ({ children, bookId }: ImportZoneProps) => {
  const t = useText(shelfText);
  const format = useFormat();
  const input = useRef<HTMLInputElement>(null);
  const { begin, sending, stop } = useImport(bookId);
  const over = useFileDrop(begin);
  return (
    <>
      {children(() => input.current?.click())}
      <input
        ref={input}
        type="file"
        hidden
        accept={BOOK_FILE_ACCEPT}
        onChange={(event) => {
          begin([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
      {over && (
        <div className={styles.drop} aria-hidden>
          <div className={styles['drop-inner']}>
            <strong>{t.dropHere}</strong>
            <span>{t.dropKinds}</span>
          </div>
        </div>
      )}
      {sending && (
        <Dialog open onOpenChange={stop} title={t.uploading(sending.file.name)} description={t.uploadingLead}>
          <Progress label={t.uploading(sending.file.name)} value={sending.share * 100} />
          <p className={styles['upload-line']}>{t.uploadProgress(sending.share, format.bytes(sending.file.size))}</p>
          <DialogActions>
            <Button onClick={stop}>{t.cancelUpload}</Button>
          </DialogActions>
        </Dialog>
      )}
    </>
  );
};
