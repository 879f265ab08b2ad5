import { useQueries, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { useHouse } from '../api/house-context.ts';
import { Cover } from '../cover/cover.tsx';
import { useText } from '../i18n/text.ts';
import { publicBookQuery } from '../library/public-queries.ts';
import { Progress } from '../ui/progress.tsx';
import styles from './shelf.module.css';
import { shelfText } from './text.ts';

const SHOWN = 6;

/** Published books that one has begun to read, with the place kept. */
export const ReadingRow = () => {
  const t = useText(shelfText);
  const house = useHouse();
  const places = useQuery({
    queryKey: ['reading'],
    queryFn: async () => (await house.content.listReadingPlaces({ query: { limit: SHOWN } })).data,
  });
  const books = useQueries({
    queries: (places.data ?? []).map(({ slug }) => ({ ...publicBookQuery(house, slug), retry: false })),
  });
  const shown = (places.data ?? []).flatMap((place, index) => {
    const book = books[index]?.data;
    return book && place.fraction < 0.995 ? [{ place, book }] : [];
  });
  if (shown.length === 0) return null;
  return (
    <section className={styles.group}>
      <h2 className={styles['group-title']}>{t.reading}</h2>
      <ul className={styles.reading}>
        {shown.map(({ place, book }) => (
          <li key={place.slug} className={styles['reading-card']}>
            <Cover title={book.title} author={book.authorName} language={book.language} url={book.coverUrl} />
            <div className={styles['card-words']}>
              <Link className={styles['card-title']} to={`/read/${place.slug}`} aria-label={t.readOn(book.title)}>
                {book.title}
              </Link>
              <span className={styles.meta}>{book.authorName}</span>
              <div className={styles.goal}>
                <Progress thin label={t.readShare(place.fraction)} value={place.fraction * 100} />
              </div>
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
};
