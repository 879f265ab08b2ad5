import type { Book, NodeKind, TreeNode } from '@authorworks/contracts';
import { FileInput, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useText } from '../i18n/text.ts';
import { ImportZone } from '../shelf/import-zone.tsx';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/state.tsx';
import { BookBin } from './book-bin.tsx';
import styles from './book-page.module.css';
import { pageText } from './page-text.ts';
import { RevisionsDialog } from './revisions-dialog.tsx';
import { treeText } from './tree-text.ts';
import { TreeView } from './tree-view.tsx';
import { bookText } from './text.ts';
import { namesOf } from './tree.ts';
import { useTreeActions } from './use-tree-actions.ts';

interface SectionProps {
  readonly book: Book;
  readonly tree: TreeNode;
  readonly mayStructure: boolean;
  readonly mayWrite: boolean;
}

const lastOf = (root: TreeNode, kind: NodeKind): TreeNode | undefined =>
  root.children.findLast((child) => child.kind === kind);

const Foot = ({ bookId, mayStructure, onBin }: { bookId: string; mayStructure: boolean; onBin: () => void }) => {
  const t = useText(pageText);
  return (
    <div className={styles.foot}>
      {mayStructure && (
        <ImportZone bookId={bookId}>
          {(choose) => (
            <Button size="small" look="quiet" onClick={choose}>
              <FileInput aria-hidden />
              {t.importInto}
            </Button>
          )}
        </ImportZone>
      )}
      <Button size="small" look="quiet" onClick={onBin}>
        <Trash2 aria-hidden />
        {t.bin}
      </Button>
    </div>
  );
};

const AddButtons = ({ onAdd }: { onAdd: (kind: NodeKind) => void }) => {
  const t = useText(pageText);
  const names = { part: t.addPart, chapter: t.addChapter, scene: t.addScene };
  return (
    <div className={styles.tools}>
      {(['part', 'chapter', 'scene'] as const).map((kind) => (
        <Button key={kind} size="small" look="quiet" onClick={() => onAdd(kind)}>
          <Plus aria-hidden />
          {names[kind]}
        </Button>
      ))}
    </div>
  );
};

/** The tree of the book with all that changes it. */
export const ManuscriptSection = ({ book, tree, mayStructure, mayWrite }: SectionProps) => {
  const t = useText(pageText);
  const words = useText(treeText);
  const names = namesOf(tree, useText(bookText));
  const actions = useTreeActions(book.id);
  const navigate = useNavigate();
  const [added, setAdded] = useState<string | null>(null);
  const [binOpen, setBinOpen] = useState(false);
  const [revisionsOf, setRevisionsOf] = useState<TreeNode | null>(null);
  const add = async (kind: NodeKind, parentId: string): Promise<string> =>
    (await actions.add({ kind, place: { parentId } })).id;
  const addAtEnd = (kind: NodeKind): void => {
    const parent = kind === 'scene' ? (lastOf(tree, 'chapter') ?? lastOf(tree, 'part') ?? tree) : tree;
    void add(kind, parent.id).then(setAdded, () => undefined);
  };
  const begin = async (): Promise<void> => {
    const chapter = await add('chapter', tree.id);
    const scene = await add('scene', chapter);
    await navigate(`/write/${book.id}/${scene}`);
  };
  return (
    <section className={styles.manuscript}>
      <div className={styles['section-head']}>
        <h2 className={styles['section-title']}>{t.manuscript}</h2>
        {mayStructure && <AddButtons onAdd={addAtEnd} />}
      </div>
      {tree.children.length === 0 ? (
        <Empty
          title={t.emptyTitle}
          actions={
            mayStructure && (
              <Button look="primary" onClick={() => void begin()}>
                {t.begin}
              </Button>
            )
          }
        >
          {t.empty}
        </Empty>
      ) : (
        <TreeView
          root={tree}
          names={names}
          mayStructure={mayStructure}
          actions={actions}
          renameId={added}
          onOpen={({ id }) => void navigate(`/write/${book.id}/${id}`)}
          onRevisions={setRevisionsOf}
        />
      )}
      <Foot bookId={book.id} mayStructure={mayStructure} onBin={() => setBinOpen(true)} />
      <BookBin
        bookId={book.id}
        actions={actions}
        mayStructure={mayStructure}
        open={binOpen}
        onOpenChange={setBinOpen}
      />
      {revisionsOf && (
        <RevisionsDialog
          sceneId={revisionsOf.id}
          name={names.get(revisionsOf.id) ?? words.kinds.scene}
          mayWrite={mayWrite}
          language={book.language}
          onClose={() => setRevisionsOf(null)}
        />
      )}
    </section>
  );
};
