import type { TreeNode } from '@authorworks/contracts';
import { chapterOf, scenesOf } from '../book/tree.ts';
import { KeymapDialog } from './keymap-dialog.tsx';
import { LanguageDialog, LinkDialog } from './link-dialog.tsx';
import { Palette, type PaletteItem } from './palette.tsx';
import type { RoomState } from './use-room.ts';

/** Scenes to go to, then what can be done. */
const paletteItems = (
  tree: TreeNode,
  names: ReadonlyMap<string, string>,
  { list: actions, goTo }: RoomState,
): PaletteItem[] => [
  ...actions.filter(({ id, group }) => group === 'room' && id !== 'palette'),
  ...scenesOf(tree).map((scene): PaletteItem => {
    const chapter = chapterOf(tree, scene.id);
    return {
      id: scene.id,
      group: 'scene',
      label: names.get(scene.id) ?? '',
      ...(chapter ? { place: names.get(chapter.id) ?? '' } : {}),
      run: () => goTo(scene.id),
    };
  }),
  ...actions.filter(({ group }) => group === 'text'),
];

interface OverlaysProps {
  readonly room: RoomState;
  readonly tree: TreeNode;
  readonly names: ReadonlyMap<string, string>;
}

/** Dialogs of the room. */
export const RoomOverlays = ({ room, tree, names }: OverlaysProps) => {
  const { overlay, editor } = room;
  const close = (): void => room.setOverlay(null);
  if (overlay === 'palette') return <Palette items={paletteItems(tree, names, room)} onClose={close} />;
  if (overlay === 'keymap') return <KeymapDialog actions={room.list} onClose={close} />;
  if (overlay === 'link' && editor) return <LinkDialog editor={editor} onClose={close} />;
  if (overlay === 'language' && editor) return <LanguageDialog editor={editor} onClose={close} />;
  return null;
};
