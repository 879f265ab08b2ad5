import type { PublicBook } from '@authorworks/contracts';
import { useQuery } from '@tanstack/react-query';
import { Navigate, useLocation, useParams } from 'react-router';
import type { z } from 'zod';
import { useHouse } from '../api/house-context.ts';
import { isNotFound } from '../api/problem.ts';
import { useText } from '../i18n/text.ts';
import { publicBookQuery, publicChapterQuery } from '../library/public-queries.ts';
import { LinkButton } from '../ui/button.tsx';
import { Waiting } from '../ui/progress.tsx';
import { Empty, Problem } from '../ui/state.tsx';
import { OpenBook } from './open-book.tsx';
import { readerText } from './reader-text.ts';
import type { Start } from './reading.ts';
import { sanitiserQuery } from './sanitiser-query.ts';
import { useStartingPlace } from './use-place.ts';

type BookView = z.infer<typeof PublicBook>;

const Missing = ({ slug, chapter }: { slug: string; chapter?: boolean }) => {
  const t = useText(readerText);
  return (
    <main id="content">
      <Empty
        as="h1"
        title={t.notFoundTitle}
        actions={
          <>
            {chapter && (
              <LinkButton look="primary" to={`/read/${slug}`}>
                {t.fromStart}
              </LinkButton>
            )}
            <LinkButton to="/books">{t.otherBooks}</LinkButton>
          </>
        }
      >
        {chapter ? t.chapterGone : t.notFound}
      </Empty>
    </main>
  );
};

/** The chapter where reading stopped; the first where there was none, or where it is gone from the book. */
const ToPlace = ({ book }: { book: BookView }) => {
  const place = useStartingPlace(book.slug);
  if (place === undefined) return <Waiting />;
  const chapters = book.contents.filter(({ kind }) => kind === 'chapter');
  const known = chapters.find(({ id }) => id === place?.chapterId) ?? chapters[0];
  if (!known) return <Missing slug={book.slug} />;
  const start: Start = place?.blockId && known.id === place.chapterId ? { blockId: place.blockId } : 'start';
  return <Navigate to={`/read/${book.slug}/${known.id}`} state={{ start }} replace />;
};

const Chapter = ({ book, chapterId }: { book: BookView; chapterId: string }) => {
  const house = useHouse();
  const asked = useQuery(publicChapterQuery(house, book.slug, chapterId));
  const safety = useQuery(sanitiserQuery());
  const place = useStartingPlace(book.slug);
  const { state, hash } = useLocation() as { state: { start?: Start } | null; hash: string };
  if (isNotFound(asked.error)) return <Missing slug={book.slug} chapter />;
  const chapter = asked.data;
  const sanitiser = safety.data;
  const missing = chapter ? safety : asked;
  if (missing.error && !missing.data) {
    return (
      <main id="content">
        <Problem error={missing.error} onRetry={() => void missing.refetch()} />
      </main>
    );
  }
  if (!chapter || !sanitiser || (place === undefined && !state?.start)) return <Waiting />;
  const kept = place?.chapterId === chapterId && place.blockId ? { blockId: place.blockId } : 'start';
  // a link to a paragraph, then where one came from, then where one stopped: a reload stays where it was
  const start = hash.startsWith('#b-') ? { blockId: hash.slice(3) } : (state?.start ?? kept);
  return <OpenBook key={chapterId} book={book} chapter={chapter} sanitiser={sanitiser} start={start} />;
};

/** Reading a published book, with or without an account. */
export const Reader = () => {
  const { slug = '', chapterId } = useParams();
  const house = useHouse();
  const { data: book, error, refetch } = useQuery(publicBookQuery(house, slug));
  useQuery(sanitiserQuery()); // on its way while the book is
  if (isNotFound(error) || (error && /^[^a-z0-9]/.test(slug))) return <Missing slug={slug} />;
  if (error && !book) {
    return (
      <main id="content">
        <Problem error={error} onRetry={() => void refetch()} />
      </main>
    );
  }
  if (!book) return <Waiting />;
  return chapterId ? <Chapter book={book} chapterId={chapterId} /> : <ToPlace book={book} />;
};
