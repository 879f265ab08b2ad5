import { useQuery } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useNavigate, useParams } from 'react-router';
import { useHouse } from '../api/house-context.ts';
import { isNotFound } from '../api/problem.ts';
import { useText } from '../i18n/text.ts';
import { NotFound } from '../shell/not-found.tsx';
import { Main } from '../shell/page.tsx';
import { useBinning } from '../shelf/use-binning.ts';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/progress.tsx';
import { Notice, Problem } from '../ui/state.tsx';
import styles from './book-page.module.css';
import { bookQuery, treeQuery } from './book-queries.ts';
import { may } from './capabilities.ts';
import { ExportPanel } from './export-panel.tsx';
import { GoalPanel } from './goal-panel.tsx';
import { ManuscriptSection } from './manuscript-section.tsx';
import { pageText } from './page-text.ts';
import { PeoplePanel } from './people-panel.tsx';
import { PublishPanel } from './publish-panel.tsx';
import { TitlePage } from './title-page.tsx';
import { lastChangedScene } from './tree.ts';

const Loading = () => (
  <div className={styles['title-page']} aria-hidden>
    <Skeleton height="19rem" />
    <div className={styles.facts}>
      <Skeleton height="3rem" width="70%" />
      <Skeleton height="1.5rem" width="40%" />
      <Skeleton height="5rem" />
    </div>
  </div>
);

/** A book for those who work on it: title page, manuscript, and what stands beside it. */
export const BookPage = () => {
  const t = useText(pageText);
  const { bookId = '' } = useParams();
  const house = useHouse();
  const navigate = useNavigate();
  const { bin } = useBinning();
  const { data: book, error, refetch } = useQuery(bookQuery(house, bookId));
  const tree = useQuery(treeQuery(house, bookId));
  if (isNotFound(error)) return <NotFound />;
  const mayStructure = may(book?.role, 'structure');
  const mayAdminister = may(book?.role, 'administer');
  const scene = tree.data && lastChangedScene(tree.data);
  return (
    <Main>
      {error && !book && <Problem error={error} onRetry={() => void refetch()} />}
      {!book && !error && <Loading />}
      {book && (
        <div className={styles.layout}>
          {book.role === 'beta-reader' && (
            <div className={styles.notice}>
              <Notice>{t.readOnly}</Notice>
            </div>
          )}
          {book.role === 'editor' && (
            <div className={styles.notice}>
              <Notice>{t.editorNote}</Notice>
            </div>
          )}
          <TitlePage
            book={book}
            mayStructure={mayStructure}
            writeTo={`/write/${book.id}${scene ? `/${scene.id}` : ''}`}
          />
          {tree.data && (
            <ManuscriptSection
              book={book}
              tree={tree.data}
              mayStructure={mayStructure}
              mayWrite={may(book.role, 'write')}
            />
          )}
          {!tree.data && !tree.error && <Skeleton height="20rem" />}
          {tree.error && !tree.data && <Problem error={tree.error} onRetry={() => void tree.refetch()} />}
          <aside className={styles.side}>
            <GoalPanel book={book} mayChange={mayStructure} />
            <PublishPanel book={book} tree={tree.data} mayAdminister={mayAdminister} />
            <PeoplePanel book={book} mayAdminister={mayAdminister} />
            <ExportPanel book={book} />
            {mayAdminister && (
              <div>
                <Button
                  size="small"
                  look="quiet"
                  onClick={() => {
                    bin(book);
                    void navigate('/shelf');
                  }}
                >
                  <Trash2 aria-hidden />
                  {t.toBin}
                </Button>
              </div>
            )}
          </aside>
        </div>
      )}
    </Main>
  );
};
