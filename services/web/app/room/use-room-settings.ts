import { useCallback, useState } from 'react';

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
    return { ...initial, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<RoomSettings>) };
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
