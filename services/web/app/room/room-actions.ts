import type { TextActionId } from './editor/text-actions.ts';
import { textActions } from './editor/text-actions.ts';
import type { RoomWords } from './text/en.ts';

/** Something that one does in the room; the palette, the keyboard and its map are made of these. */
export interface RoomAction {
  readonly id: string;
  readonly label: string;
  readonly keys?: string;
  readonly group: 'room' | 'text' | 'scene';
  readonly run: () => void;
}

/** What the actions do; the room fills it. Absent ones cannot be done now. */
export interface RoomHands {
  readonly openPalette: () => void;
  readonly openKeymap: () => void;
  readonly toggleFocus: () => void;
  readonly toggleTypewriter: () => void;
  readonly toggleNavigator: () => void;
  readonly showPanel: (panel: 'scene' | 'people' | 'revisions') => void;
  readonly goNext: (() => void) | undefined;
  readonly goPrevious: (() => void) | undefined;
  readonly newScene: (() => void) | undefined;
  readonly split: (() => void) | undefined;
  readonly find: (() => void) | undefined;
  readonly link: (() => void) | undefined;
  readonly language: (() => void) | undefined;
  readonly picture: (() => void) | undefined;
  readonly text: ((id: TextActionId) => void) | undefined;
  readonly toBook: () => void;
  readonly toShelf: () => void;
  readonly theme: (theme: 'light' | 'dark') => void;
}

type Entry = readonly [id: string, label: string, run: (() => void) | undefined, keys?: string];

const available = (group: RoomAction['group'], entries: readonly Entry[]): RoomAction[] =>
  entries.flatMap(([id, label, run, keys]) => (run ? [{ id, label, group, run, ...(keys ? { keys } : {}) }] : []));

/** All that can be done now, in the order of the palette. */
export const roomActions = (hands: RoomHands, t: RoomWords): RoomAction[] => {
  const c = t.commands;
  const { text } = hands;
  return [
    ...available('room', [
      ['palette', c.palette, hands.openPalette, 'Mod-k'],
      ['find', c.find, hands.find, 'Mod-f'],
      ['next', c.next, hands.goNext, 'Alt-PageDown'],
      ['previous', c.previous, hands.goPrevious, 'Alt-PageUp'],
      ['newScene', c.newScene, hands.newScene, 'Mod-Alt-n'],
      ['split', c.split, hands.split],
      ['navigator', c.navigator, hands.toggleNavigator, 'Alt-1'],
      ['scene', c.scene, () => hands.showPanel('scene'), 'Alt-2'],
      ['people', c.people, () => hands.showPanel('people'), 'Alt-3'],
      ['revisions', c.revisions, () => hands.showPanel('revisions'), 'Alt-4'],
      ['focus', c.focus, hands.toggleFocus, 'Alt-5'],
      ['typewriter', c.typewriter, hands.toggleTypewriter, 'Alt-6'],
      ['keyboard', c.keyboard, hands.openKeymap, 'Mod-/'],
      ['light', c.themeLight, () => hands.theme('light')],
      ['dark', c.themeDark, () => hands.theme('dark')],
      ['book', c.book, hands.toBook],
      ['shelf', c.shelf, hands.toShelf],
    ]),
    ...available('text', [
      ...textActions.map(({ id, keys }): Entry => [id, t.actions[id], text && (() => text(id)), keys]),
      ['link', c.link, hands.link, 'Mod-Alt-l'],
      ['language', c.language, hands.language, 'Mod-Alt-g'],
      ['picture', c.picture, hands.picture],
    ]),
  ];
};
