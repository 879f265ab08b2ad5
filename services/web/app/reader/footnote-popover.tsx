import { type RefObject, useEffect, useRef, useState } from 'react';
import { useText } from '../i18n/text.ts';
import { readerText } from './reader-text.ts';
import styles from './reader.module.css';

interface Note {
  readonly anchor: HTMLElement;
  readonly content: Node;
}

const GAP_PX = 8;

/** The note that a number leads to, without its way back. */
const noteOf = (text: HTMLElement, reference: HTMLAnchorElement): Node | null => {
  const id = decodeURIComponent(reference.hash.slice(1));
  const note = id === '' ? null : text.querySelector(`#${CSS.escape(id)}`);
  if (!note) return null;
  const copy = note.cloneNode(true) as HTMLElement;
  for (const back of copy.querySelectorAll('[role="doc-backlink"]')) back.remove();
  for (const named of [copy, ...copy.querySelectorAll('[id]')]) named.removeAttribute('id');
  return copy;
};

const placeBeside = (popover: HTMLElement, anchor: HTMLElement): void => {
  const at = anchor.getBoundingClientRect();
  const { width, height } = popover.getBoundingClientRect();
  const left = Math.min(Math.max(GAP_PX, at.left + at.width / 2 - width / 2), innerWidth - width - GAP_PX);
  const below = at.bottom + GAP_PX;
  popover.style.left = `${left}px`;
  popover.style.top = `${below + height < innerHeight ? below : Math.max(GAP_PX, at.top - height - GAP_PX)}px`;
};

/** Footnotes where they are called, by the browser's own popover: Escape and a click elsewhere close it. */
export const FootnotePopover = ({ area }: { area: RefObject<HTMLElement | null> }) => {
  const t = useText(readerText);
  const [note, setNote] = useState<Note | null>(null);
  const popover = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = area.current;
    if (!element) return undefined;
    const open = (event: MouseEvent): void => {
      const anchor =
        event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[role="doc-noteref"]') : null;
      const content = anchor && noteOf(element, anchor);
      if (!anchor || !content) return;
      event.preventDefault();
      setNote({ anchor, content });
    };
    element.addEventListener('click', open);
    return () => element.removeEventListener('click', open);
  }, [area]);
  useEffect(() => {
    const box = popover.current;
    if (!note || !box || !body.current) return;
    body.current.replaceChildren(note.content);
    box.showPopover();
    placeBeside(box, note.anchor);
    box.focus({ preventScroll: true });
  }, [note]);
  return (
    <div
      ref={popover}
      popover="auto"
      role="dialog"
      tabIndex={-1}
      aria-label={t.footnote}
      className={styles.note}
      onToggle={(event) => {
        if (event.newState === 'closed' && note) {
          note.anchor.focus({ preventScroll: true });
          setNote(null);
        }
      }}
    >
      <div ref={body} className="aw-text" />
    </div>
  );
};
