import type { Book } from '@authorworks/contracts';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { FileInput, Feather, Plus, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useHouse } from '../api/house-context.ts';
import { booksQuery, seriesQuery } from '../book/book-queries.ts';
import { useText } from '../i18n/text.ts';
import { Page } from '../shell/page.tsx';
import { Button, LinkButton } from '../ui/button.tsx';
import { Skeleton } from '../ui/progress.tsx';
import { Problem } from '../ui/state.tsx';
import { BookCard } from './book-card.tsx';
import { ContinueCard } from './continue-card.tsx';
import { ImportZone } from './import-zone.tsx';
import { NewBookDialog } from './new-book-dialog.tsx';
import { ReadingRow } from './reading-row.tsx';
import styles from './shelf.module.css';
import { shelfText } from './text.ts';

interface Group {
  readonly title: string;
  readonly books: readonly Book[];
}

const byPosition = (a: Book, b: Book): number => (a.seriesPosition ?? Infinity) - (b.seriesPosition ?? Infinity);

/** Books of a series stand together in its order; series and single books stand in the order of their last change. */
export const groupBooks = (books: readonly Book[], seriesTitles: ReadonlyMap<string, string>): Group[] => {
  const groups = Map.groupBy(books, ({ seriesId }) => (seriesId && seriesTitles.has(seriesId) ? seriesId : null));
  const series = [...groups].flatMap(([id, members]) =>
    id === null ? [] : [{ title: seriesTitles.get(id) ?? '', books: members.toSorted(byPosition) }],
  );
  const singles = groups.get(null) ?? [];
  return [...series, ...(singles.length > 0 ? [{ title: '', books: singles }] : [])];
};

const Loading = () => (
  <ul className={styles.books} aria-hidden>
    {['a', 'b', 'c', 'd', 'e'].map((key) => (
      <li key={key} className={styles.card}>
        <Skeleton height="15rem" />
        <Skeleton height="1rem" width="80%" />
      </li>
    ))}
  </ul>
);

const Books = ({ books }: { books: readonly Book[] }) => {
  const t = useText(shelfText);
  const house = useHouse();
  const series = useQuery(seriesQuery(house));
  // books that jumped into their series a moment later would be missed by the hand that reaches for them
  if (series.isPending) return <Loading />;
  const groups = groupBooks(books, new Map(series.data?.map(({ id, title }) => [id, title])));
  return groups.map((group) => (
    <section key={group.title} className={styles.group}>
      {(group.title || groups.length > 1) && <h2 className={styles['group-title']}>{group.title || t.singles}</h2>}
      <ul className={styles.books}>
        {group.books.map((book) => (
          <BookCard key={book.id} book={book} />
        ))}
      </ul>
    </section>
  ));
};

const Beginnings = ({ onNew, onImport }: { onNew: () => void; onImport: () => void }) => {
  const t = useText(shelfText);
  return (
    <>
      <div className={styles['empty-lead']}>
        <h2>{t.emptyTitle}</h2>
        <p>{t.empty}</p>
      </div>
      <div className={styles.beginnings}>
        <button type="button" className={styles.beginning} onClick={onNew}>
          <Feather aria-hidden />
          <strong>{t.blankPage}</strong>
          <span>{t.blankPageLead}</span>
        </button>
        <button type="button" className={styles.beginning} onClick={onImport}>
          <FileInput aria-hidden />
          <strong>{t.haveBook}</strong>
          <span>{t.haveBookLead}</span>
        </button>
      </div>
    </>
  );
};

/** Books that one owns or works on. */
export const Shelf = () => {
  const t = useText(shelfText);
  const house = useHouse();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(booksQuery(house));
  const [creating, setCreating] = useState(false);
  const books = data?.pages.flatMap((page) => page.data);
  const latest = books?.[0];
  const content = (choose: () => void): ReactNode => (
    <Page
      title={t.title}
      actions={
        <>
          <Button onClick={choose}>
            <FileInput aria-hidden />
            {t.importBook}
          </Button>
          <Button look="primary" onClick={() => setCreating(true)}>
            <Plus aria-hidden />
            {t.newBook}
          </Button>
        </>
      }
    >
      {!books && !error && <Loading />}
      {error && !books && <Problem error={error} onRetry={() => void refetch()} />}
      {books?.length === 0 && <Beginnings onNew={() => setCreating(true)} onImport={choose} />}
      {latest && <ContinueCard book={latest} />}
      {books && books.length > 0 && <Books books={books} />}
      {hasNextPage && (
        <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t.more}
        </Button>
      )}
      {books && <ReadingRow />}
      <div className={styles.foot}>
        <LinkButton look="quiet" to="/shelf/bin">
          <Trash2 aria-hidden />
          {t.bin}
        </LinkButton>
      </div>
    </Page>
  );
  return (
    <>
      <ImportZone>{content}</ImportZone>
      <NewBookDialog open={creating} onOpenChange={setCreating} />
    </>
  );
};
