import { useCallback, useState } from 'react';

export interface ReaderSettings {
  readonly theme: 'paper' | 'sepia' | 'night';
  readonly font: 'literata' | 'garamond' | 'inter' | 'atkinson';
  /** 0 to 7; 3 is the size of a printed book at arm's length. */
  readonly size: number;
  readonly margins: 'narrow' | 'medium' | 'wide';
  readonly spacing: 'tight' | 'normal' | 'loose';
  readonly mode: 'scroll' | 'pages';
  readonly justify: boolean;
  readonly dropCaps: boolean;
}

export const LARGEST = 7;
const KEY = 'aw.reader';

const initial = (): ReaderSettings => ({
  theme: document.documentElement.dataset['theme'] === 'dark' ? 'night' : 'paper',
  font: 'literata',
  size: 3,
  margins: 'medium',
  spacing: 'normal',
  mode: 'scroll',
  justify: false,
  dropCaps: true,
});

const read = (): ReaderSettings => {
  try {
    return { ...initial(), ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<ReaderSettings>) };
  } catch {
    return initial();
  }
};

/** How somebody likes to read; kept in this browser. */
export const useReaderSettings = () => {
  const [settings, setSettings] = useState(read);
  const change = useCallback(
    (next: Partial<ReaderSettings>) =>
      setSettings((before) => {
        const after = { ...before, ...next };
        try {
          localStorage.setItem(KEY, JSON.stringify(after));
        } catch {
          // holds for this visit
        }
        return after;
      }),
    [],
  );
  return { settings, change };
};
