import type { Book, Compilation, CompilationFormat } from '@authorworks/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { z } from 'zod';
import { useHouse } from '../api/house-context.ts';
import { problemMessage } from '../api/problem.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { Button } from '../ui/button.tsx';
import { Progress } from '../ui/progress.tsx';
import { Notice } from '../ui/state.tsx';
import { uiText } from '../ui/text.ts';
import { pageText } from './page-text.ts';
import styles from './panel.module.css';
import { Panel } from './panel.tsx';

type Format = z.infer<typeof CompilationFormat>;
type CompilationView = z.infer<typeof Compilation>;
const formats: readonly Format[] = ['epub', 'markdown'];
const ASK_EVERY_MS = 500;

const isOver = ({ status }: CompilationView): boolean => status !== 'queued' && status !== 'running';

/** Gives the browser a file to save. */
const save = ({ url, fileName }: CompilationView): void => {
  if (!url) return;
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName ?? '';
  link.click();
};

/** A compilation from its order to its file; the file is saved once, when it is ready. */
const useCompilation = (bookId: Book['id']) => {
  const { content } = useHouse();
  const queries = useQueryClient();
  const [id, setId] = useState<CompilationView['id'] | null>(null);
  const saved = useRef<string | null>(null);
  const order = useMutation({
    mutationFn: async (format: Format) =>
      await content.createCompilation(
        { params: { bookId }, body: { format } },
        { idempotencyKey: crypto.randomUUID() },
      ),
    onSuccess: (made) => {
      queries.setQueryData(['compilation', made.id], made);
      setId(made.id);
    },
  });
  const { data: compilation } = useQuery({
    queryKey: ['compilation', id],
    queryFn: async () => await content.readCompilation({ params: { compilationId: id as CompilationView['id'] } }),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : ASK_EVERY_MS),
  });
  const stop = useMutation({
    mutationFn: async () => id && (await content.cancelCompilation({ params: { compilationId: id } })),
    onSettled: () => setId(null),
  });
  useEffect(() => {
    if (compilation?.status !== 'succeeded' || saved.current === compilation.id) return;
    saved.current = compilation.id;
    save(compilation);
  }, [compilation]);
  return { order, compilation: id === null ? undefined : compilation, stop };
};

export const ExportPanel = ({ book }: { book: Book }) => {
  const t = useText(pageText).export;
  const ui = useText(uiText);
  const format = useFormat();
  const { order, compilation, stop } = useCompilation(book.id);
  const isGoing = compilation !== undefined && !isOver(compilation);
  return (
    <Panel title={t.title}>
      <p className={styles.words}>{t.lead}</p>
      <div className={styles.formats}>
        {formats.map((name) => (
          <button
            key={name}
            type="button"
            className={styles.format}
            disabled={order.isPending || isGoing}
            onClick={() => order.mutate(name)}
          >
            <span>
              {t.formats[name]}
              <small>{t.hints[name]}</small>
            </span>
            <Download aria-hidden />
          </button>
        ))}
      </div>
      <div role="status" className={styles.form}>
        {isGoing && (
          <>
            <p className={styles.line}>
              {t.making(t.formats[compilation.format])}
              <Button size="small" look="quiet" onClick={() => stop.mutate()}>
                {t.stop}
              </Button>
            </p>
            <Progress
              label={t.making(t.formats[compilation.format])}
              value={compilation.status === 'queued' ? null : compilation.progress}
            />
          </>
        )}
        {compilation?.status === 'succeeded' && compilation.url && (
          <Notice kind="good">
            {t.ready(compilation.fileName ?? t.formats[compilation.format])}{' '}
            <a href={compilation.url} download={compilation.fileName ?? ''}>
              {t.download}
            </a>{' '}
            {compilation.sizeBytes !== null && (
              <span className={styles.words}>{format.bytes(compilation.sizeBytes)}</span>
            )}
          </Notice>
        )}
        {compilation?.status === 'failed' && <Notice kind="danger">{compilation.error?.message ?? t.failed}</Notice>}
        {order.error && <Notice kind="danger">{problemMessage(order.error, ui)}</Notice>}
      </div>
    </Panel>
  );
};
