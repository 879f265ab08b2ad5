import type { Book, TreeNode } from '@authorworks/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useHouse } from '../api/house-context.ts';
import { problemMessage } from '../api/problem.ts';
import { useText } from '../i18n/text.ts';
import { Ago } from '../ui/ago.tsx';
import { Button, LinkButton } from '../ui/button.tsx';
import { uiText } from '../ui/text.ts';
import { useToast } from '../ui/toast.tsx';
import { bookKeys, refreshBook } from './book-queries.ts';
import { pageText } from './page-text.ts';
import styles from './panel.module.css';
import { Panel } from './panel.tsx';
import { PublishDialog } from './publish-dialog.tsx';

const useEditions = (book: Book) => {
  const { content } = useHouse();
  return useQuery({
    queryKey: bookKeys.editions(book.id),
    queryFn: async () => (await content.listEditions({ params: { bookId: book.id }, query: { limit: 20 } })).data,
    enabled: book.publishedEdition !== null,
  });
};

const useWithdraw = (book: Book) => {
  const { content } = useHouse();
  const queries = useQueryClient();
  const toast = useToast();
  const t = useText(pageText).publish;
  const ui = useText(uiText);
  return useMutation({
    mutationFn: async () => await content.withdrawBook({ params: { bookId: book.id } }),
    onSuccess: () => toast({ message: t.withdrawn }),
    onError: (error) => toast({ kind: 'danger', message: problemMessage(error, ui) }),
    onSettled: async () => await refreshBook(queries, book.id),
  });
};

const Published = ({ book, mayAdminister }: { book: Book; mayAdminister: boolean }) => {
  const t = useText(pageText).publish;
  const editions = useEditions(book).data ?? [];
  const withdraw = useWithdraw(book);
  const earlier = editions.filter(({ current }) => !current);
  if (!book.publishedEdition || book.slug === null) return null;
  return (
    <>
      <p>
        <span className={styles.strong}>{t.current(book.publishedEdition.number)}</span>{' '}
        <span className={styles.words}>
          {t.since} <Ago time={book.publishedEdition.publishedAt} />
        </span>
      </p>
      <div className={styles.actions}>
        <LinkButton size="small" to={`/books/${book.slug}`}>
          {t.open}
        </LinkButton>
        {mayAdminister && (
          <Button size="small" look="quiet" busy={withdraw.isPending} onClick={() => withdraw.mutate()}>
            {t.withdraw}
          </Button>
        )}
      </div>
      {earlier.length > 0 && (
        <details className={styles.words}>
          <summary>{t.editions}</summary>
          <ul className={styles.editions}>
            {earlier.map((edition) => (
              <li key={edition.id}>
                {t.edition(edition.number)} · <Ago time={edition.publishedAt} />
                {edition.notes && ` · ${edition.notes}`}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
};

/** What readers have of this book. */
export const PublishPanel = ({
  book,
  tree,
  mayAdminister,
}: {
  book: Book;
  tree: TreeNode | undefined;
  mayAdminister: boolean;
}) => {
  const t = useText(pageText).publish;
  const [open, setOpen] = useState(false);
  return (
    <Panel title={t.title}>
      {book.publishedEdition ? (
        <Published book={book} mayAdminister={mayAdminister} />
      ) : (
        <p className={styles.words}>{t.not}</p>
      )}
      {mayAdminister && (
        <div className={styles.actions}>
          <Button look={book.publishedEdition ? 'plain' : 'primary'} onClick={() => setOpen(true)}>
            {book.publishedEdition ? t.again : t.publish}
          </Button>
        </div>
      )}
      <PublishDialog book={book} tree={tree} open={open} onOpenChange={setOpen} />
    </Panel>
  );
};
