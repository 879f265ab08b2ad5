import type { Account, Book, TreeNode } from '@authorworks/contracts';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Navigate, useParams } from 'react-router';
import { useHouse } from '../api/house-context.ts';
import { isNotFound } from '../api/problem.ts';
import { bookQuery, treeQuery } from '../book/book-queries.ts';
import { may } from '../book/capabilities.ts';
import { lastChangedScene, scenesOf } from '../book/tree.ts';
import { useTreeActions } from '../book/use-tree-actions.ts';
import { useText } from '../i18n/text.ts';
import { useAccount } from '../shell/account.ts';
import { NotFound } from '../shell/not-found.tsx';
import { Button, LinkButton } from '../ui/button.tsx';
import { Waiting } from '../ui/progress.tsx';
import { Empty, Problem } from '../ui/state.tsx';
import { OpenRoom } from './open-room.tsx';
import { roomText } from './room-text.ts';

const LAST_SCENE = 'aw.scene.';

/** The scene that was open last in this browser. */
const rememberedScene = (bookId: string): string | null => {
  try {
    return localStorage.getItem(LAST_SCENE + bookId);
  } catch {
    return null;
  }
};

const useRememberScene = (bookId: string, sceneId: string | undefined): void => {
  useEffect(() => {
    try {
      if (sceneId) localStorage.setItem(LAST_SCENE + bookId, sceneId);
    } catch {
      // then the scene that changed last is opened next time
    }
  }, [bookId, sceneId]);
};

/** A book without a scene: nothing to write on. */
const NoScene = ({ book, tree }: { book: Book; tree: TreeNode }) => {
  const t = useText(roomText);
  const actions = useTreeActions(book.id);
  const begin = async (): Promise<void> => {
    const parent = tree.children.at(-1);
    const holder = parent && parent.kind !== 'scene' ? parent.id : tree.id;
    await actions.add({ kind: 'scene', place: { parentId: holder } }).catch(() => undefined);
  };
  const mayStructure = may(book.role, 'structure');
  return (
    <main id="content">
      <Empty
        as="h1"
        title={t.noSceneTitle}
        actions={
          <>
            {mayStructure && (
              <Button look="primary" busy={actions.isAdding} onClick={() => void begin()}>
                {t.addScene}
              </Button>
            )}
            <LinkButton to={`/shelf/${book.id}`}>{t.back}</LinkButton>
          </>
        }
      >
        {mayStructure ? t.noScene : t.noSceneReader}
      </Empty>
    </main>
  );
};

const GoneScene = ({ bookId }: { bookId: string }) => {
  const t = useText(roomText);
  return (
    <main id="content">
      <Empty as="h1" title={t.goneTitle} actions={<LinkButton to={`/shelf/${bookId}`}>{t.back}</LinkButton>}>
        {t.gone}
      </Empty>
    </main>
  );
};

const RoomOf = ({
  book,
  tree,
  account,
  sceneId,
}: {
  book: Book;
  tree: TreeNode;
  account: Account;
  sceneId: string | undefined;
}) => {
  const scenes = scenesOf(tree);
  const scene = scenes.find(({ id }) => id === sceneId);
  useRememberScene(book.id, scene?.id);
  if (scenes.length === 0) return <NoScene book={book} tree={tree} />;
  if (sceneId === undefined) {
    const remembered = rememberedScene(book.id);
    const target = scenes.find(({ id }) => id === remembered) ?? lastChangedScene(tree) ?? scenes[0];
    return <Navigate to={`/write/${book.id}/${target?.id}`} replace />;
  }
  if (!scene) return <GoneScene bookId={book.id} />;
  return <OpenRoom book={book} tree={tree} scene={scene} account={account} />;
};

/** The writing room. */
export const Room = () => {
  const { bookId = '', sceneId } = useParams();
  const house = useHouse();
  const account = useAccount();
  const book = useQuery(bookQuery(house, bookId));
  const tree = useQuery(treeQuery(house, bookId));
  const error = book.error ?? tree.error;
  if (isNotFound(error)) return <NotFound />;
  if (book.data && tree.data && account)
    return <RoomOf book={book.data} tree={tree.data} account={account} sceneId={sceneId} />;
  if (error) {
    return (
      <main id="content">
        <Problem
          error={error}
          onRetry={() => {
            void book.refetch();
            void tree.refetch();
          }}
        />
      </main>
    );
  }
  return <Waiting />;
};
