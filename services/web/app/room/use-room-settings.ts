import { useCallback, useState } from 'react';
import { isNarrow } from './use-narrow.ts';

export type PanelName = 'scene' | 'people' | 'revisions';

export interface RoomSettings {
  readonly navigator: boolean;
  readonly panel: PanelName | null;
  /** Dims all but the paragraph. */
  readonly focus: boolean;
  /** Holds the line of the caret in place. */
  readonly typewriter: boolean;
}

const KEY = 'aw.room';
const initial: RoomSettings = { navigator: true, panel: null, focus: false, typewriter: false };

const read = (): RoomSettings => {
  try {
    const kept = { ...initial, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<RoomSettings>) };
    // on a phone a panel covers the text: it is opened when it is wanted
    return isNarrow() ? { ...kept, panel: null } : kept;
  } catch {
    return initial;
  }
};

/** How the room is arranged; kept in this browser. */
export const useRoomSettings = () => {
  const [settings, setSettings] = useState(read);
  const change = useCallback((next: Partial<RoomSettings> | ((before: RoomSettings) => Partial<RoomSettings>)) => {
    setSettings((before) => {
      const after = { ...before, ...(typeof next === 'function' ? next(before) : next) };
      try {
        localStorage.setItem(KEY, JSON.stringify(after));
      } catch {
        // holds for this visit
      }
      return after;
    });
  }, []);
  return { settings, change };
};
