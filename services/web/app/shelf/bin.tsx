import { useQuery } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useHouse } from '../api/house-context.ts';
import { binnedBooksQuery } from '../book/book-queries.ts';
import { Cover } from '../cover/cover.tsx';
import { useText } from '../i18n/text.ts';
import { Page } from '../shell/page.tsx';
import { Ago } from '../ui/ago.tsx';
import { Button, LinkButton } from '../ui/button.tsx';
import { Skeleton } from '../ui/progress.tsx';
import { Empty, Problem } from '../ui/state.tsx';
import styles from './bin.module.css';
import { shelfText } from './text.ts';
import { useBinning } from './use-binning.ts';

const KEPT_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

/** Whole days until a thing leaves the bin for good. */
export const daysLeft = (binnedAt: string, now = Date.now()): number =>
  Math.max(0, Math.ceil(KEPT_DAYS - (now - Date.parse(binnedAt)) / DAY_MS));

const BinnedBooks = () => {
  const t = useText(shelfText);
  const house = useHouse();
  const { data: books, error, refetch } = useQuery(binnedBooksQuery(house));
  const { restore } = useBinning();
  if (error) return <Problem error={error} onRetry={() => void refetch()} />;
  if (!books) return <Skeleton height="4rem" />;
  if (books.length === 0) {
    return (
      <Empty picture={<Trash2 />} title={t.binEmpty}>
        {t.binEmptyLead}
      </Empty>
    );
  }
  return (
    <ul className={styles.list}>
      {books.map((book) => (
        <li key={book.id} className={styles.row}>
          <Cover title={book.title} author={book.authorName} url={book.coverUrl} />
          <div>
            <p className={styles.title}>{book.title}</p>
            {book.binnedAt && (
              <p className={styles.meta}>
                {t.binnedAt} <Ago time={book.binnedAt} /> · {t.daysLeft(daysLeft(book.binnedAt))}
              </p>
            )}
          </div>
          <Button onClick={() => restore(book)} aria-label={`${t.restore}: ${book.title}`}>
            {t.restore}
          </Button>
        </li>
      ))}
    </ul>
  );
};

export const Bin = () => {
  const t = useText(shelfText);
  return (
    <Page
      title={t.binTitle}
      narrow
      actions={
        <LinkButton look="quiet" to="/shelf">
          {t.backToShelf}
        </LinkButton>
      }
    >
      <p className={styles.lead}>{t.binLead}</p>
      <BinnedBooks />
    </Page>
  );
};
