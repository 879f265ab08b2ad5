import { cloneElement, type ReactElement, useEffect, useRef, useState } from 'react';
import styles from './hint.module.css';
import { later } from './later.ts';

/** Words beside a control on hover and focus. The control needs its own name: this one is only seen. */
export const Hint = ({ text, keys, children }: { text: string; keys?: string; children: ReactElement }) =>
  cloneElement(children as ReactElement<Record<string, unknown>>, {
    'data-hint': text,
    ...(keys ? { 'data-hint-keys': keys } : {}),
  });

const DELAY_MS = 500;
/** Who has just read one hint gets the next at once. */
const NEXT_MS = 300;

const placing = later(async () => await import('@floating-ui/dom'));

const controlOf = (event: Event): HTMLElement | null =>
  event.target instanceof Element ? event.target.closest<HTMLElement>('[data-hint]') : null;

/** Calls back with the control whose hint is to be seen, and with null when none is. */
const watchControls = (box: HTMLElement, show: (control: HTMLElement | null) => void): (() => void) => {
  const stop = new AbortController();
  const quietly = { signal: stop.signal, passive: true, capture: true };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let current: HTMLElement | null = null;
  let hiddenAt = -NEXT_MS;
  const set = (control: HTMLElement | null): void => {
    clearTimeout(timer);
    if (control === null && current !== null) hiddenAt = performance.now();
    current = control;
    show(control);
  };
  const onOver = (event: PointerEvent): void => {
    // the hint itself may be hovered
    if (event.pointerType === 'touch' || (event.target instanceof Node && box.contains(event.target))) return;
    const control = controlOf(event);
    if (control === current) return;
    if (current) set(null);
    clearTimeout(timer);
    if (!control) return;
    timer = setTimeout(
      () => control.isConnected && set(control),
      performance.now() - hiddenAt < NEXT_MS ? 0 : DELAY_MS,
    );
  };
  const hide = (): void => set(null);
  document.addEventListener('pointerover', onOver, quietly);
  document.addEventListener(
    'focusin',
    (event) => set(controlOf(event)?.matches(':focus-visible') ? controlOf(event) : null),
    quietly,
  );
  document.addEventListener('focusout', hide, quietly);
  document.addEventListener('pointerdown', hide, quietly);
  document.addEventListener('keydown', (event) => event.key === 'Escape' && hide(), quietly);
  document.addEventListener('scroll', hide, quietly);
  return () => {
    clearTimeout(timer);
    stop.abort();
  };
};

const placeBeside = async (box: HTMLElement, control: HTMLElement, { signal }: AbortController): Promise<void> => {
  const { computePosition, flip, offset, shift } = await placing.fetch();
  if (signal.aborted) return;
  box.showPopover();
  const { x, y } = await computePosition(control, box, {
    strategy: 'fixed',
    placement: 'top',
    middleware: [offset(6), flip({ padding: 8 }), shift({ padding: 8 })],
  });
  if (!signal.aborted) box.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
};

/** Shows the hints of all controls of a page, one at a time, above dialogs too. */
export const HintLayer = () => {
  const box = useRef<HTMLDivElement>(null);
  const [control, setControl] = useState<HTMLElement | null>(null);
  useEffect(() => (box.current ? watchControls(box.current, setControl) : undefined), []);
  useEffect(() => {
    const element = box.current;
    if (!element || !control) return undefined;
    const stop = new AbortController();
    // without its place it is not shown: the control has its name
    placeBeside(element, control, stop).catch(() => undefined);
    return () => {
      stop.abort();
      element.hidePopover();
    };
  }, [control]);
  return (
    <div ref={box} popover="manual" className={styles.hint} aria-hidden>
      {control?.dataset['hint']}
      {control?.dataset['hintKeys'] && <span className={styles.keys}>{control.dataset['hintKeys']}</span>}
    </div>
  );
};
