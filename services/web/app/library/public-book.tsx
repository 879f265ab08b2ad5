import type { PublicBook as PublicBookSchema } from '@authorworks/contracts';
import { useQuery } from '@tanstack/react-query';
import { BookOpen, Download } from 'lucide-react';
import { Link, useParams } from 'react-router';
import type { z } from 'zod';
import { useHouse } from '../api/house-context.ts';
import { isNotFound } from '../api/problem.ts';
import { Cover } from '../cover/cover.tsx';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { useStartingPlace } from '../reader/use-place.ts';
import { Heading, Main } from '../shell/page.tsx';
import buttons from '../ui/button.module.css';
import { LinkButton } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { Skeleton } from '../ui/progress.tsx';
import { Empty, Problem } from '../ui/state.tsx';
import { contentsNames } from './contents-names.ts';
import { libraryText } from './library-text.ts';
import styles from './library.module.css';
import { publicBookQuery } from './public-queries.ts';

type BookView = z.infer<typeof PublicBookSchema>;

const Contents = ({ book }: { book: BookView }) => {
  const t = useText(libraryText);
  const format = useFormat();
  const names = contentsNames(book.contents, t);
  if (book.contents.length === 0) return null;
  return (
    <section className={styles.contents}>
      <h2>{t.contents}</h2>
      <ol lang={book.language}>
        {book.contents.map((entry) =>
          entry.kind === 'part' ? (
            <li key={entry.id} className={styles.part}>
              {names.get(entry.id)}
            </li>
          ) : (
            <li key={entry.id} className={styles.entry}>
              <Link to={`/read/${book.slug}/${entry.id}`} state={{ start: 'start' }}>
                <span>{names.get(entry.id)}</span>
                <span className={styles.dots} aria-hidden />
                <small>{t.minutes(format.minutesToRead(entry.wordCount))}</small>
              </Link>
            </li>
          ),
        )}
      </ol>
    </section>
  );
};

const Facts = ({ book }: { book: BookView }) => {
  const t = useText(libraryText);
  const format = useFormat();
  return (
    <p className={styles.facts}>
      <span>{t.hours(book.wordCount)}</span>
      <span>{t.words(book.wordCount)}</span>
      <span>{format.languageName(book.language)}</span>
      <span>
        {t.edition(book.edition)},{' '}
        <time dateTime={book.publishedAt} title={format.exactly(book.publishedAt)}>
          {t.published} {format.date(book.publishedAt)}
        </time>
      </span>
    </p>
  );
};

const BookView = ({ book }: { book: BookView }) => {
  const t = useText(libraryText);
  const place = useStartingPlace(book.slug);
  return (
    <Main>
      <div className={styles.page}>
        <div className={styles.cover}>
          <Cover title={book.title} author={book.authorName} language={book.language} url={book.coverUrl} />
        </div>
        <div>
          <div lang={book.language}>
            <Heading className={styles.title} title={`${book.title}, ${t.by(book.authorName)}`}>
              {book.title}
            </Heading>
            {book.subtitle && <p className={styles.subtitle}>{book.subtitle}</p>}
          </div>
          <p className={styles.author}>{book.authorName}</p>
          <Facts book={book} />
          <div className={styles.actions}>
            <LinkButton look="primary" size="large" to={`/read/${book.slug}`}>
              <BookOpen aria-hidden />
              {place ? t.readOn : t.read}
            </LinkButton>
            <a className={classes(buttons.button, buttons.plain, buttons.large)} href={book.epubUrl}>
              <Download aria-hidden />
              {t.epub}
            </a>
          </div>
          {book.description && (
            <p className={styles.description} lang={book.language}>
              {book.description}
            </p>
          )}
          <Contents book={book} />
        </div>
      </div>
    </Main>
  );
};

/** The page of a published book. */
export const PublicBook = () => {
  const t = useText(libraryText);
  const { slug = '' } = useParams();
  const house = useHouse();
  const { data: book, error, refetch } = useQuery(publicBookQuery(house, slug));
  if (book) return <BookView book={book} />;
  return (
    <Main>
      {isNotFound(error) && (
        <Empty as="h1" title={t.notFoundTitle} actions={<LinkButton to="/books">{t.allBooks}</LinkButton>}>
          {t.notFound}
        </Empty>
      )}
      {error && !isNotFound(error) && <Problem error={error} onRetry={() => void refetch()} />}
      {!error && (
        <div className={styles.page} aria-hidden>
          <Skeleton height="28rem" />
          <div>
            <Skeleton height="4rem" />
          </div>
        </div>
      )}
    </Main>
  );
};
