import type { Book } from '@authorworks/contracts';
import { useMutation } from '@tanstack/react-query';
import { ImagePlus, ImageUp, Trash2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { useHouse } from '../api/house-context.ts';
import { problemMessage } from '../api/problem.ts';
import { uploadFile } from '../api/upload.ts';
import { Cover } from '../cover/cover.tsx';
import { useText } from '../i18n/text.ts';
import { Button } from '../ui/button.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu, MenuItem, MenuLabel } from '../ui/menu.tsx';
import { Progress } from '../ui/progress.tsx';
import { uiText } from '../ui/text.ts';
import { useToast } from '../ui/toast.tsx';
import styles from './book-page.module.css';
import { pageText } from './page-text.ts';
import { useChangeBook } from './use-book.ts';

const useCoverUpload = (book: Book) => {
  const house = useHouse();
  const toast = useToast();
  const ui = useText(uiText);
  const change = useChangeBook(book.id);
  const [share, setShare] = useState<number | null>(null);
  const stop = useRef<AbortController | null>(null);
  const upload = useMutation({
    mutationFn: async (file: File) => {
      stop.current = new AbortController();
      setShare(0);
      const { signal } = stop.current;
      const stored = await uploadFile(house, { file, purpose: 'cover', bookId: book.id, signal, onProgress: setShare });
      await change.mutateAsync({ coverFileId: stored.id });
    },
    onError: (error) => {
      if (!(error instanceof DOMException)) toast({ kind: 'danger', message: problemMessage(error, ui) });
    },
    onSettled: () => setShare(null),
  });
  return { share, upload: upload.mutate, stop: () => stop.current?.abort(), change: change.mutate };
};

/** The book's cover; those who may can put a picture of their own on it. */
export const CoverField = ({ book, mayChange }: { book: Book; mayChange: boolean }) => {
  const t = useText(pageText).cover;
  const input = useRef<HTMLInputElement>(null);
  const toast = useToast();
  const { share, upload, stop, change } = useCoverUpload(book);
  const remove = (): void => {
    const before = book.coverFileId;
    change({ coverFileId: null });
    toast({ message: t.removed, undo: () => change({ coverFileId: before }) });
  };
  return (
    <div className={styles.cover}>
      <Cover title={book.title} author={book.authorName} language={book.language} url={book.coverUrl} />
      {share !== null && (
        <div className={styles['cover-progress']}>
          <Progress thin label={t.uploading} value={share * 100} />
          <Button size="small" onClick={stop}>
            {t.stop}
          </Button>
        </div>
      )}
      {mayChange && share === null && (
        <div className={styles['cover-button']}>
          <Menu
            trigger={
              <IconButton label={book.coverFileId ? t.change : t.add}>
                <ImagePlus />
              </IconButton>
            }
          >
            <MenuItem icon={<ImageUp />} onSelect={() => input.current?.click()}>
              {book.coverFileId ? t.change : t.add}
            </MenuItem>
            {book.coverFileId && (
              <MenuItem icon={<Trash2 />} onSelect={remove}>
                {t.remove}
              </MenuItem>
            )}
            <MenuLabel>{t.hint}</MenuLabel>
          </Menu>
        </div>
      )}
      <input
        ref={input}
        type="file"
        hidden
        accept="image/jpeg,image/png,image/webp"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file) upload(file);
          event.target.value = '';
        }}
      />
    </div>
  );
};
