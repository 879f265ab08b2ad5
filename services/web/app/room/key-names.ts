const isMac = /Mac|iP(?:hone|ad|od)/.test(navigator.platform);

const macNames: Readonly<Record<string, string>> = { Mod: '⌘', Shift: '⇧', Alt: '⌥', Ctrl: '⌃', Enter: '↵' };
const names: Readonly<Record<string, string>> = { Mod: 'Ctrl', Enter: '↵' };
const arrows: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  PageUp: 'Page ↑',
  PageDown: 'Page ↓',
};

/** The keys of a shortcut as they stand on this person's keyboard: ['Ctrl', 'Shift', 'M']. */
export const keyNames = (keys: string): string[] =>
  keys
    .split(/-(?!$)/)
    .map((key) => (isMac ? macNames[key] : names[key]) ?? arrows[key] ?? (key.length === 1 ? key.toUpperCase() : key));

export const keyText = (keys: string): string => keyNames(keys).join(isMac ? '' : '+');

/** Whether an event is a shortcut. Digits and letters are compared by their place, so that Alt does not change them. */
export const isShortcut = (event: KeyboardEvent, keys: string): boolean => {
  const parts = keys.split(/-(?!$)/);
  const key = parts.at(-1) ?? '';
  const mod = isMac ? event.metaKey : event.ctrlKey;
  if (
    parts.includes('Mod') !== mod ||
    parts.includes('Shift') !== event.shiftKey ||
    parts.includes('Alt') !== event.altKey
  )
    return false;
  if (event.key === key || event.key.toLowerCase() === key) return true;
  return event.code === `Digit${key}` || event.code === `Key${key.toUpperCase()}`;
};
