import type { TreeNode } from '@authorworks/contracts';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useText } from '../i18n/text.ts';
import { TreeMenu } from './tree-menu.tsx';
import { TreeRow } from './tree-row.tsx';
import { treeText } from './tree-text.ts';
import { type Placed, placeOfStep } from './tree.ts';
import styles from './tree-view.module.css';
import { useClosed, visibleRows } from './use-tree-state.ts';
import type { TreeActions } from './use-tree-actions.ts';

export interface TreeViewProps {
  readonly root: TreeNode;
  readonly names: ReadonlyMap<string, string>;
  /** The scene that is open beside the tree. */
  readonly currentId?: string | undefined;
  readonly mayStructure: boolean;
  readonly actions: TreeActions;
  readonly onOpen: (node: TreeNode) => void;
  readonly onRevisions?: (node: TreeNode) => void;
  /** A node whose name is to be edited at once: one that was just added. */
  readonly renameId?: string | null;
}

const steps = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'out', ArrowRight: 'in' } as const;

const focusRow = (tree: HTMLElement | null, id: string | undefined): void => {
  if (id) tree?.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`)?.focus();
};

interface KeyContext extends TreeViewProps {
  readonly rows: readonly Placed[];
  readonly closed: ReadonlySet<string>;
  readonly toggle: (id: string, open?: boolean) => void;
  readonly focus: (id: string | undefined) => void;
  readonly rename: (id: string) => void;
}

const typed = { text: '', at: 0 };
/** Letters within this time are one word to look for. */
const TYPING_MS = 700;

const findByLetters = ({ rows, names }: KeyContext, from: number, key: string): string | undefined => {
  const now = Date.now();
  typed.text = now - typed.at < TYPING_MS ? typed.text + key : key;
  typed.at = now;
  const start = typed.text.length > 1 ? from : from + 1;
  const ordered = [...rows.slice(start), ...rows.slice(0, start)];
  return ordered.find(({ node }) => names.get(node.id)?.toLowerCase().startsWith(typed.text.toLowerCase()))?.node.id;
};

const changeByKey = (context: KeyContext, { node }: Placed, event: KeyboardEvent): boolean => {
  const { root, actions, mayStructure, names } = context;
  if (!mayStructure) return false;
  const step = event.altKey ? steps[event.key as keyof typeof steps] : undefined;
  const place = step && placeOfStep(root, node.id, step);
  if (place) actions.move({ id: node.id, place });
  else if (event.key === 'F2') context.rename(node.id);
  else if (event.key === 'Delete') {
    const index = context.rows.findIndex((row) => row.node.id === node.id);
    context.focus((context.rows[index + 1] ?? context.rows[index - 1])?.node.id);
    actions.bin({ id: node.id, name: names.get(node.id) ?? '' });
  } else return step !== undefined;
  return true;
};

/** The keys of the ARIA tree pattern. */
const goByKey = (context: KeyContext, { node, parent }: Placed, event: KeyboardEvent): boolean => {
  const { rows, closed, toggle, focus } = context;
  const index = rows.findIndex((row) => row.node.id === node.id);
  const isOpen = node.children.length > 0 && !closed.has(node.id);
  const forward = document.documentElement.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
  const backward = forward === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft';
  if (event.key === 'ArrowDown') focus(rows[index + 1]?.node.id);
  else if (event.key === 'ArrowUp') focus(rows[index - 1]?.node.id);
  else if (event.key === 'Home') focus(rows[0]?.node.id);
  else if (event.key === 'End') focus(rows.at(-1)?.node.id);
  else if (event.key === forward && isOpen) focus(rows[index + 1]?.node.id);
  else if (event.key === forward) toggle(node.id, true);
  else if (event.key === backward && isOpen) toggle(node.id, false);
  else if (event.key === backward) focus(parent.id);
  else if (event.key === 'Enter' && node.kind === 'scene') context.onOpen(node);
  else if (event.key === 'Enter') toggle(node.id);
  else if (/^\p{L}|\p{N}$/u.test(event.key) && event.key.length === 1 && !event.ctrlKey && !event.metaKey)
    focus(findByLetters(context, index, event.key));
  else return false;
  return true;
};

const openMenuOf = (row: HTMLElement): void => {
  const button = row.querySelector<HTMLElement>('button[aria-haspopup="menu"]');
  // Radix opens on pointerdown or by key
  button?.focus();
  button?.dispatchEvent(new window.KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
};

/** Parts, chapters and scenes: to look at, to open, to rename, to move by mouse or keyboard. */
export const TreeView = (props: TreeViewProps) => {
  const { root, names, currentId, mayStructure, actions, onOpen } = props;
  const t = useText(treeText);
  const ref = useRef<HTMLDivElement>(null);
  const { closed, toggle } = useClosed(root.id);
  const rows = visibleRows(root, closed);
  const [focused, setFocused] = useState<string | null>(null);
  const [hovered, setHovered] = useState<string | null>(null);
  const [renaming, setRenaming] = useState<string | null>(null);
  const focusable = [focused, currentId, rows[0]?.node.id].find((id) => id && rows.some(({ node }) => node.id === id));
  useEffect(() => setRenaming(props.renameId ?? null), [props.renameId]);
  const context: KeyContext = {
    ...props,
    rows,
    closed,
    toggle,
    focus: (id) => focusRow(ref.current, id),
    rename: setRenaming,
  };
  const finishRename = (id: string, title: string | null): void => {
    setRenaming(null);
    const trimmed = title?.trim().replace(/\s+/g, ' ');
    if (trimmed !== undefined) actions.change({ id, title: trimmed });
    requestAnimationFrame(() => focusRow(ref.current, id));
  };
  const onKeyDown = (placed: Placed) => (event: KeyboardEvent<HTMLElement>) => {
    if (event.target !== event.currentTarget) return;
    if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) openMenuOf(event.currentTarget);
    else if (!changeByKey(context, placed, event) && !goByKey(context, placed, event)) return;
    event.preventDefault();
  };
  return (
    <div
      ref={ref}
      className={styles.tree}
      role="tree"
      aria-label={t.manuscript}
      onPointerLeave={() => setHovered(null)}
    >
      {rows.map((placed) => {
        const { node } = placed;
        const name = names.get(node.id) ?? '';
        const showMenu = node.id === hovered || node.id === focusable;
        return (
          <TreeRow
            key={node.id}
            root={root}
            placed={placed}
            name={name}
            expanded={!closed.has(node.id)}
            isCurrent={node.id === currentId}
            isFocusable={node.id === focusable}
            isRenaming={node.id === renaming}
            mayMove={mayStructure}
            onToggle={() => toggle(node.id)}
            onOpen={() => onOpen(node)}
            onFocus={() => setFocused(node.id)}
            onHover={() => setHovered(node.id)}
            onKeyDown={onKeyDown(placed)}
            onRename={(title) => finishRename(node.id, title)}
            onMove={(id, place) => actions.move({ id, place })}
            menu={
              showMenu && (
                <TreeMenu
                  {...props}
                  placed={placed}
                  name={name}
                  onOpen={() => onOpen(node)}
                  onRename={() => setRenaming(node.id)}
                  onAdded={setRenaming}
                />
              )
            }
          />
        );
      })}
    </div>
  );
};
