import type { Book } from '@authorworks/contracts';
import { useQuery } from '@tanstack/react-query';
import { useHouse } from '../api/house-context.ts';
import { bookText } from '../book/text.ts';
import { treeQuery } from '../book/book-queries.ts';
import { chapterOf, lastChangedScene, namesOf } from '../book/tree.ts';
import { Cover } from '../cover/cover.tsx';
import { useText } from '../i18n/text.ts';
import { Ago } from '../ui/ago.tsx';
import { LinkButton } from '../ui/button.tsx';
import styles from './shelf.module.css';
import { shelfText } from './text.ts';

/** The last sentence or two of a text: what one wants to read before going on. */
export const lastLineOf = (text: string): string => {
  const paragraph =
    text
      .trim()
      .split(/\n{2,}/)
      .at(-1)
      ?.replace(/\s+/g, ' ')
      .trim() ?? '';
  if (paragraph.length <= 240) return paragraph;
  const sentences = [...new Intl.Segmenter(undefined, { granularity: 'sentence' }).segment(paragraph)];
  const last = sentences.at(-1)?.segment.trim() ?? paragraph;
  return `… ${last.length > 240 ? last.slice(-240).replace(/^\S*\s/, '') : last}`;
};

const useLastLine = (sceneId: string | undefined) => {
  const { content } = useHouse();
  return useQuery({
    queryKey: ['last-line', sceneId],
    queryFn: async () => {
      const params = { sceneId: sceneId as never };
      return lastLineOf((await content.readSceneText({ params, query: { format: 'text' } })).text ?? '');
    },
    enabled: sceneId !== undefined,
  }).data;
};

/** The book that was changed last, open at the place where the writing stopped. */
export const ContinueCard = ({ book }: { book: Book }) => {
  const t = useText(shelfText);
  const names = useText(bookText);
  const house = useHouse();
  const tree = useQuery(treeQuery(house, book.id)).data;
  const scene = tree && lastChangedScene(tree);
  const lastLine = useLastLine(scene?.id);
  const titles = tree && namesOf(tree, names);
  const chapter = tree && scene && chapterOf(tree, scene.id);
  return (
    <section className={styles.continue} aria-label={t.continueWriting}>
      <Cover title={book.title} author={book.authorName} language={book.language} url={book.coverUrl} />
      <div className={styles['continue-words']}>
        <p className={styles.eyebrow}>{t.continueWriting}</p>
        <h2 className={styles.scene}>
          {(chapter && titles?.get(chapter.id)) ?? (scene && titles?.get(scene.id)) ?? book.title}
        </h2>
        <p className={styles.place}>
          {[book.title, chapter && scene && titles?.get(scene.id)].filter(Boolean).join(' · ')}
          {' · '}
          {t.edited} <Ago time={scene?.updatedAt ?? book.updatedAt} />
        </p>
        {lastLine && (
          <p className={styles['last-line']} lang={book.language}>
            {lastLine}
          </p>
        )}
        <div className={styles['continue-actions']}>
          <LinkButton look="primary" to={`/write/${book.id}${scene ? `/${scene.id}` : ''}`}>
            {t.goOn}
          </LinkButton>
          <LinkButton look="quiet" to={`/shelf/${book.id}`}>
            {t.openBook}
          </LinkButton>
        </div>
      </div>
    </section>
  );
};
