import type { Book, TreeNode } from '@authorworks/contracts';
import { Plus, X } from 'lucide-react';
import { type ReactNode, Suspense } from 'react';
import { may } from '../book/capabilities.ts';
import { TreeView } from '../book/tree-view.tsx';
import type { TreeActions } from '../book/use-tree-actions.ts';
import { useText } from '../i18n/text.ts';
import { Button } from '../ui/button.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Skeleton } from '../ui/progress.tsx';
import { useLater } from '../ui/use-later.ts';
import { useUnreachable } from './use-unreachable.ts';
import { roomText } from './room-text.ts';
import styles from './room.module.css';
import { panelPart, sheetPart } from './room-parts.ts';
import { useNarrow } from './use-narrow.ts';
import type { PanelName } from './use-room-settings.ts';

/** A side may wait for its words in another language; the text beside it must not blink. */
const Side = ({ children }: { children: ReactNode }) => (
  <Suspense fallback={<Skeleton height="6rem" />}>{children}</Suspense>
);

interface NavigatorProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly book: Book;
  readonly tree: TreeNode;
  readonly names: ReadonlyMap<string, string>;
  readonly currentId: string | undefined;
  readonly actions: TreeActions;
  readonly onOpen: (sceneId: string) => void;
  readonly onNewScene: (() => void) | undefined;
}

/** The scenes of the book, beside the text or, on a phone, above it. */
export const Navigator = (props: NavigatorProps) => {
  const t = useText(roomText);
  const isNarrow = useNarrow();
  const dialogs = useLater(sheetPart, props.open && isNarrow, useUnreachable(props.onClose));
  if (!props.open) return isNarrow ? null : <span />;
  const content = (
    <Side>
      <TreeView
        root={props.tree}
        names={props.names}
        currentId={props.currentId}
        mayStructure={may(props.book.role, 'structure')}
        actions={props.actions}
        onOpen={({ id }) => {
          if (isNarrow) props.onClose();
          props.onOpen(id);
        }}
      />
      {props.onNewScene && (
        <div className={styles['nav-foot']}>
          <Button size="small" look="quiet" onClick={props.onNewScene}>
            <Plus aria-hidden />
            {t.addScene}
          </Button>
        </div>
      )}
    </Side>
  );
  if (isNarrow) {
    return (
      dialogs && (
        <dialogs.Sheet open onOpenChange={props.onClose} title={t.navigator} side="start">
          <div className={styles['in-sheet']}>{content}</div>
        </dialogs.Sheet>
      )
    );
  }
  return (
    <nav className={styles.navigator} aria-label={t.navigator}>
      {content}
    </nav>
  );
};

export interface SidePanelProps {
  readonly panel: PanelName | null;
  readonly onClose: () => void;
  readonly book: Book;
  readonly scene: TreeNode;
  readonly actions: TreeActions;
}

/** What is called to the side of the text, one thing at a time. */
export const SidePanel = (props: SidePanelProps) => {
  const { panel, onClose } = props;
  const t = useText(roomText).panels;
  const isNarrow = useNarrow();
  const onProblem = useUnreachable(onClose);
  const dialogs = useLater(sheetPart, panel !== null && isNarrow, onProblem);
  const part = useLater(panelPart, panel !== null, onProblem);
  if (!panel) return null;
  const content = <Side>{part && <part.PanelContent {...props} />}</Side>;
  if (isNarrow) {
    return (
      dialogs && (
        <dialogs.Sheet open onOpenChange={onClose} title={t[panel]} side="end">
          <div className={styles['in-sheet']}>{content}</div>
        </dialogs.Sheet>
      )
    );
  }
  return (
    <aside className={styles.panel} aria-label={t[panel]}>
      <div className={styles['panel-head']}>
        <h2>{t[panel]}</h2>
        <IconButton label={t.close} size="small" onClick={onClose}>
          <X />
        </IconButton>
      </div>
      {content}
    </aside>
  );
};
