import { Plugin, PluginKey } from '@tiptap/pm/state';
import type { DecorationAttrs } from '@tiptap/pm/view';
import type { Awareness } from 'y-protocols/awareness';
import { authorColour, initialsOf } from '../../ui/avatar.tsx';

/** What each person tells the others about themselves. */
export interface Presence {
  readonly name: string;
  readonly accountId: string;
  /** y-prosemirror warns without one; what is seen comes from the theme's author colours. */
  readonly color: string;
}

export const presenceOf = (account: { readonly id: string; readonly name: string }): Presence => ({
  name: account.name,
  accountId: account.id,
  color: '#2f4b7c',
});

const nameOf = (user: Partial<Presence>): string => (typeof user.name === 'string' ? user.name.slice(0, 60) : '?');
const colourOf = (user: Partial<Presence>): number =>
  authorColour(typeof user.accountId === 'string' ? user.accountId : nameOf(user));

/** How long a name stays in full after its owner has moved. */
const RECENT_MS = 2500;

/** Another person's caret: a line, and a flag with the initials that opens to the name while they move. */
export const buildCaret = (user: Partial<Presence>, clientId: number): HTMLElement => {
  const caret = document.createElement('span');
  caret.className = `aw-caret aw-author-${colourOf(user)} aw-recent`;
  caret.dataset['client'] = String(clientId);
  const flag = document.createElement('span');
  flag.className = 'aw-caret-flag';
  flag.dataset['initials'] = initialsOf(nameOf(user));
  flag.textContent = nameOf(user);
  // word joiners keep the caret on the line of the letter that it stands at
  caret.append('\u2060', flag, '\u2060');
  return caret;
};

export const buildSelection = (user: Partial<Presence>): DecorationAttrs => ({
  nodeName: 'span',
  class: `aw-selection aw-author-${colourOf(user)}`,
});

/** Opens the flags of those who move, and closes them after a while. */
export const markRecent = (awareness: Awareness): Plugin =>
  new Plugin({
    key: new PluginKey('recentCarets'),
    view: (view) => {
      const timers = new Map<number, ReturnType<typeof setTimeout>>();
      const setRecent = (client: number, recent: boolean): void =>
        void view.dom.querySelector(`.aw-caret[data-client="${client}"]`)?.classList.toggle('aw-recent', recent);
      const onChange = ({ added, updated }: { added: number[]; updated: number[] }): void => {
        for (const client of [...added, ...updated]) {
          if (client === awareness.clientID) continue;
          clearTimeout(timers.get(client));
          // after the decorations were drawn
          requestAnimationFrame(() => setRecent(client, true));
          timers.set(
            client,
            setTimeout(() => setRecent(client, false), RECENT_MS),
          );
        }
      };
      awareness.on('change', onChange);
      return {
        destroy: () => {
          awareness.off('change', onChange);
          for (const timer of timers.values()) clearTimeout(timer);
        },
      };
    },
  });
