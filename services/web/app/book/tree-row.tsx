import type { TreeNode } from '@authorworks/contracts';
import { ChevronRight } from 'lucide-react';
import { type CSSProperties, type KeyboardEvent, type ReactNode, useRef } from 'react';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { classes } from '../ui/classes.ts';
import { treeText } from './tree-text.ts';
import type { Place, Placed } from './tree.ts';
import styles from './tree-view.module.css';
import { useRowDrag } from './use-row-drag.ts';

export interface RowProps {
  readonly root: TreeNode;
  readonly placed: Placed;
  readonly name: string;
  readonly expanded: boolean;
  readonly isCurrent: boolean;
  readonly isFocusable: boolean;
  readonly isRenaming: boolean;
  readonly mayMove: boolean;
  readonly menu: ReactNode;
  readonly onToggle: () => void;
  readonly onOpen: () => void;
  readonly onFocus: () => void;
  readonly onHover: () => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  readonly onRename: (title: string | null) => void;
  readonly onMove: (id: string, place: Place) => void;
}

const RenameInput = ({ node, name, onRename }: { node: TreeNode; name: string; onRename: RowProps['onRename'] }) => {
  const t = useText(treeText);
  const done = useRef(false);
  const finish = (title: string | null): void => {
    if (done.current) return;
    done.current = true;
    onRename(title);
  };
  return (
    <input
      className={styles.input}
      aria-label={t.renameLabel(name)}
      defaultValue={node.title}
      placeholder={name}
      maxLength={300}
      autoFocus
      onFocus={(event) => event.target.select()}
      onBlur={(event) => finish(event.target.value)}
      onClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') finish(event.currentTarget.value);
        if (event.key === 'Escape') finish(null);
      }}
    />
  );
};

const hasChildren = ({ children }: TreeNode): boolean => children.length > 0;

/** One part, chapter or scene in the tree. */
export const TreeRow = (props: RowProps) => {
  const { root, placed, name, expanded, isRenaming } = props;
  const { node, parent, index, depth } = placed;
  const t = useText(treeText);
  const format = useFormat();
  const ref = useRef<HTMLDivElement>(null);
  const drag = useRowDrag({ ref, root, node, expanded, enabled: props.mayMove && !isRenaming, onMove: props.onMove });
  return (
    <div
      ref={ref}
      role="treeitem"
      aria-level={depth + 1}
      aria-setsize={parent.children.length}
      aria-posinset={index + 1}
      aria-expanded={hasChildren(node) ? expanded : undefined}
      aria-selected={props.isCurrent}
      aria-label={`${name}, ${t.words(node.wordCount)}${node.kind === 'scene' ? `, ${t.statuses[node.status]}` : ''}`}
      data-id={node.id}
      data-drop={drag.mark ?? undefined}
      tabIndex={props.isFocusable ? 0 : -1}
      className={classes(
        styles.row,
        styles[node.kind],
        node.matter !== 'body' && node.kind === 'chapter' && styles.matter,
        props.isCurrent && styles.current,
        drag.dragging && styles.dragging,
      )}
      style={{ '--depth': depth } as CSSProperties}
      onClick={() => (node.kind === 'scene' ? props.onOpen() : props.onToggle())}
      onFocus={props.onFocus}
      onPointerEnter={props.onHover}
      onKeyDown={props.onKeyDown}
    >
      {hasChildren(node) ? (
        <span className={styles.toggle} aria-hidden>
          <ChevronRight />
        </span>
      ) : (
        <span className={styles.toggle} aria-hidden>
          {node.kind === 'scene' && (
            <span className={classes(styles.status, styles[node.status])} title={t.statuses[node.status]} />
          )}
        </span>
      )}
      {isRenaming ? (
        <RenameInput node={node} name={name} onRename={props.onRename} />
      ) : (
        <span
          className={classes(styles.name, node.title === '' && styles.untitled)}
          title={node.title || undefined}
          dir="auto"
        >
          {name}
        </span>
      )}{' '}
      <span className={styles.words}>{format.number(node.wordCount)}</span>
      <span className={styles['menu-place']}>{props.menu}</span>
    </div>
  );
};
