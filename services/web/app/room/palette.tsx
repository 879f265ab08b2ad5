import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { useText } from '../i18n/text.ts';
import { Dialog } from '../ui/dialog.tsx';
import { fitness } from './fuzzy.ts';
import { keyNames } from './key-names.ts';
import type { RoomAction } from './room-actions.ts';
import { roomText } from './room-text.ts';
import styles from './room.module.css';

export const Keys = ({ keys }: { keys: string }) => (
  <span className={styles.keys}>
    {keyNames(keys).map((key) => (
      <kbd key={key}>{key}</kbd>
    ))}
  </span>
);

/** Scenes to go to have a second line: where they stand. */
export interface PaletteItem extends RoomAction {
  readonly place?: string;
}

const SHOWN = 60;

const search = (items: readonly PaletteItem[], query: string): PaletteItem[] => {
  if (query.trim() === '') return items.slice(0, SHOWN);
  return items
    .map((item) => ({
      item,
      score: Math.max(fitness(query, item.label), item.place ? fitness(query, `${item.place} ${item.label}`) * 0.9 : 0),
    }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, SHOWN)
    .map(({ item }) => item);
};

const PaletteList = ({ items, onDone }: { items: readonly PaletteItem[]; onDone: (run: () => void) => void }) => {
  const t = useText(roomText).commands;
  const id = useId();
  const [query, setQuery] = useState('');
  const [index, setIndex] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const found = useMemo(() => search(items, query), [items, query]);
  const groups = query.trim() === '' ? { scene: t.scenes, room: t.room, text: t.text } : null;
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [index, found]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) setIndex((before) => Math.max(0, Math.min(found.length - 1, before + step)));
    else if (event.key === 'Enter') {
      const chosen = found[index];
      if (chosen) onDone(chosen.run);
    } else return;
    event.preventDefault();
  };
  return (
    <div className={styles.palette}>
      <input
        role="combobox"
        aria-expanded
        aria-controls={`${id}-list`}
        aria-activedescendant={found[index] ? `${id}-${index}` : undefined}
        aria-label={t.paletteLabel}
        placeholder={t.palettePlaceholder}
        autoFocus
        autoComplete="off"
        spellCheck={false}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setIndex(0);
        }}
        onKeyDown={onKeyDown}
      />
      {found.length === 0 && <p className={styles.nothing}>{t.nothing}</p>}
      <div ref={list} id={`${id}-list`} className={styles['palette-list']} role="listbox" aria-label={t.paletteLabel}>
        {found.map((item, position) => (
          <div key={item.id} role="presentation">
            {groups && item.group !== found[position - 1]?.group && (
              <div className={styles['palette-group']} role="presentation">
                {groups[item.group]}
              </div>
            )}
            <div
              id={`${id}-${position}`}
              role="option"
              aria-selected={position === index}
              className={styles['palette-item']}
              onPointerMove={() => setIndex(position)}
              onClick={() => onDone(item.run)}
            >
              <span>{item.label}</span>
              {item.place && <small>{item.place}</small>}
              {item.keys && <Keys keys={item.keys} />}
            </div>
          </div>
        ))}
      </div>
    </div>
  );
};

interface PaletteProps {
  readonly items: readonly PaletteItem[];
  readonly onClose: () => void;
}

/** Go to a scene, or do something, by a few letters of its name. */
export const Palette = ({ items, onClose }: PaletteProps) => {
  const t = useText(roomText).commands;
  return (
    <Dialog open onOpenChange={onClose} title={t.palette}>
      <PaletteList
        items={items}
        onDone={(run) => {
          onClose();
          // after the dialog has given the focus back
          requestAnimationFrame(run);
        }}
      />
    </Dialog>
  );
};
