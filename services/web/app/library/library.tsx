import { useInfiniteQuery } from '@tanstack/react-query';
import { Library as LibraryIcon } from 'lucide-react';
import { Link } from 'react-router';
import { useHouse } from '../api/house-context.ts';
import { Cover } from '../cover/cover.tsx';
import { useText } from '../i18n/text.ts';
import { Heading, Main } from '../shell/page.tsx';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/progress.tsx';
import { Empty, Problem } from '../ui/state.tsx';
import { libraryText } from './library-text.ts';
import styles from './library.module.css';
import { publicBooksQuery } from './public-queries.ts';

const Loading = () => (
  <ul className={styles.books} aria-hidden>
    {['a', 'b', 'c', 'd'].map((key) => (
      <li key={key} className={styles.book}>
        <Skeleton height="17rem" />
        <Skeleton height="1.25rem" width="80%" />
      </li>
    ))}
  </ul>
);

/** The books that this house has published. */
export const Library = () => {
  const t = useText(libraryText);
  const house = useHouse();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    publicBooksQuery(house),
  );
  const books = data?.pages.flatMap((page) => page.data);
  return (
    <Main>
      <div className={styles.intro}>
        <Heading className="">{t.title}</Heading>
        {books?.length !== 0 && <p>{t.lead}</p>}
      </div>
      {error && !books && <Problem error={error} onRetry={() => void refetch()} />}
      {!books && !error && <Loading />}
      {books?.length === 0 && (
        <Empty picture={<LibraryIcon />} title={t.emptyTitle}>
          {t.empty}
        </Empty>
      )}
      <ul className={styles.books}>
        {books?.map((book) => (
          <li key={book.slug} className={styles.book}>
            <Cover title={book.title} author={book.authorName} language={book.language} url={book.coverUrl} />
            <div lang={book.language}>
              <Link className={styles['book-title']} to={`/books/${book.slug}`}>
                {book.title}
              </Link>
              <span className={styles.meta}>{book.authorName}</span>
            </div>
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <div className={styles.more}>
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t.more}
          </Button>
        </div>
      )}
    </Main>
  );
};
