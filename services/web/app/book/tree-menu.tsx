import type { TreeNode } from '@authorworks/contracts';
import {
  ArrowDown,
  ArrowUp,
  EllipsisVertical,
  FilePlus2,
  FolderPlus,
  History,
  Merge,
  Pencil,
  PenLine,
  Trash2,
} from 'lucide-react';
import { useText } from '../i18n/text.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu, MenuChoice, MenuItem, MenuLine } from '../ui/menu.tsx';
import { treeText } from './tree-text.ts';
import { type Placed, placeOfStep, scenesOf } from './tree.ts';
import type { TreeActions } from './use-tree-actions.ts';

interface TreeMenuProps {
  readonly root: TreeNode;
  readonly placed: Placed;
  readonly name: string;
  readonly mayStructure: boolean;
  readonly actions: TreeActions;
  readonly onOpen: () => void;
  readonly onRename: () => void;
  readonly onAdded: (id: string) => void;
  readonly onRevisions?: (node: TreeNode) => void;
}

const statuses = ['outline', 'draft', 'revised', 'final'] as const;
const matters = ['front', 'body', 'back'] as const;

const Adding = ({ placed, actions, onAdded }: TreeMenuProps) => {
  const t = useText(treeText);
  const { node, parent } = placed;
  const add = (kind: 'part' | 'chapter' | 'scene', place: { parentId: string; afterId?: string | null }): void =>
    void actions.add({ kind, place }).then(
      ({ id }) => onAdded(id),
      () => undefined,
    );
  const below = { parentId: parent.id, afterId: node.id };
  if (node.kind === 'scene') {
    return (
      <MenuItem icon={<FilePlus2 />} onSelect={() => add('scene', below)}>
        {t.addScene}
      </MenuItem>
    );
  }
  return (
    <>
      {node.kind === 'part' && (
        <MenuItem icon={<FolderPlus />} onSelect={() => add('chapter', { parentId: node.id })}>
          {t.addChapterInside}
        </MenuItem>
      )}
      <MenuItem icon={<FilePlus2 />} onSelect={() => add('scene', { parentId: node.id })}>
        {t.addSceneInside}
      </MenuItem>
      <MenuItem icon={<FolderPlus />} onSelect={() => add(node.kind === 'part' ? 'part' : 'chapter', below)}>
        {node.kind === 'part' ? t.addPart : t.addChapter}
      </MenuItem>
    </>
  );
};

const Moving = ({ root, placed, actions }: TreeMenuProps) => {
  const t = useText(treeText);
  const { id } = placed.node;
  const up = placeOfStep(root, id, 'up');
  const down = placeOfStep(root, id, 'down');
  return (
    <>
      <MenuItem icon={<ArrowUp />} keys="Alt ↑" disabled={!up} onSelect={() => up && actions.move({ id, place: up })}>
        {t.moveUp}
      </MenuItem>
      <MenuItem
        icon={<ArrowDown />}
        keys="Alt ↓"
        disabled={!down}
        onSelect={() => down && actions.move({ id, place: down })}
      >
        {t.moveDown}
      </MenuItem>
    </>
  );
};

const SceneItems = ({ root, placed, name, mayStructure, actions, onRevisions }: TreeMenuProps) => {
  const t = useText(treeText);
  const { node } = placed;
  const scenes = scenesOf(root);
  const next = scenes[scenes.findIndex(({ id }) => id === node.id) + 1];
  return (
    <>
      {mayStructure && next && (
        <MenuItem icon={<Merge />} onSelect={() => actions.merge({ first: node.id, second: next.id, name })}>
          {t.mergeNext}
        </MenuItem>
      )}
      {onRevisions && (
        <MenuItem icon={<History />} onSelect={() => onRevisions(node)}>
          {t.revisions}
        </MenuItem>
      )}
    </>
  );
};

/** All that can be done to one node. */
export const TreeMenu = (props: TreeMenuProps) => {
  const { placed, name, mayStructure, actions } = props;
  const { node } = placed;
  const t = useText(treeText);
  return (
    <Menu
      onCloseAutoFocus={(event) => {
        // renaming has put the focus into its field already
        if (document.activeElement instanceof HTMLInputElement) event.preventDefault();
      }}
      trigger={
        <IconButton label={t.actionsFor(name)} size="small" tabIndex={-1} onClick={(event) => event.stopPropagation()}>
          <EllipsisVertical />
        </IconButton>
      }
    >
      {node.kind === 'scene' && (
        <MenuItem icon={<PenLine />} keys="↵" onSelect={props.onOpen}>
          {t.openScene}
        </MenuItem>
      )}
      {mayStructure && (
        <>
          <MenuItem icon={<Pencil />} keys="F2" onSelect={props.onRename}>
            {t.rename}
          </MenuItem>
          <MenuLine />
          <Adding {...props} />
          <MenuLine />
          <Moving {...props} />
        </>
      )}
      {node.kind === 'scene' && <SceneItems {...props} />}
      {mayStructure && node.kind === 'scene' && (
        <>
          <MenuLine />
          <MenuChoice
            label={t.status}
            value={node.status}
            options={statuses.map((value) => ({ value, label: t.statuses[value] }))}
            onChange={(value) => actions.change({ id: node.id, status: value as typeof node.status })}
          />
        </>
      )}
      {mayStructure && node.kind === 'chapter' && (
        <>
          <MenuLine />
          <MenuChoice
            label={t.matter}
            value={node.matter}
            options={matters.map((value) => ({ value, label: t.matters[value] }))}
            onChange={(value) => actions.change({ id: node.id, matter: value as typeof node.matter })}
          />
        </>
      )}
      {mayStructure && (
        <>
          <MenuLine />
          <MenuItem icon={<Trash2 />} keys="Del" onSelect={() => actions.bin({ id: node.id, name })}>
            {t.toBin}
          </MenuItem>
        </>
      )}
    </Menu>
  );
};
