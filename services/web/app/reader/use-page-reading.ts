import { useCallback, useEffect, useRef, useState } from 'react';
import { blockElement, blockIdOf, blocksIn, firstBelow } from './place.ts';
import type { Reading, ReadingOptions } from './reading.ts';

interface Pages {
  readonly page: number;
  readonly pages: number;
}

/** Width of a page with the gap behind it. */
const strideOf = (stage: HTMLElement): number => {
  const gap = Number.parseFloat(getComputedStyle(stage).columnGap) || 0;
  return stage.clientWidth + gap;
};

const pagesOf = (stage: HTMLElement): number => Math.max(1, Math.round((stage.scrollWidth + 1) / strideOf(stage)));

const isRtl = (stage: HTMLElement): boolean => getComputedStyle(stage).direction === 'rtl';

const pageOfBlock = (stage: HTMLElement, block: HTMLElement): number => {
  const { left, right } = stage.getBoundingClientRect();
  const rect = block.getBoundingClientRect();
  const distance = isRtl(stage) ? right - rect.right : rect.left - left;
  return Math.max(0, Math.floor((distance + Math.abs(stage.scrollLeft) + 1) / strideOf(stage)));
};

const show = (stage: HTMLElement, page: number): void => {
  stage.scrollLeft = page * strideOf(stage) * (isRtl(stage) ? -1 : 1);
};

/** Reading by turning pages: the text flows through columns as wide as the stage, which is moved by whole pages. */
export const usePageReading = (options: ReadingOptions): Reading => {
  const { enabled, layout } = options;
  const [{ page, pages }, setPages] = useState<Pages>({ page: 0, pages: 1 });
  const latest = useRef(options);
  latest.current = options;
  const blockId = useRef<string | null>(null);

  const turnTo = useCallback((wanted: number): boolean => {
    const { stage, text, onMove } = latest.current;
    if (!stage.current || !text.current) return false;
    const total = pagesOf(stage.current);
    const next = Math.min(total - 1, Math.max(0, wanted));
    show(stage.current, next);
    const blocks = blocksIn(text.current);
    const { left, right } = stage.current.getBoundingClientRect();
    const above = isRtl(stage.current)
      ? (block: HTMLElement) => block.getBoundingClientRect().left > right
      : (block: HTMLElement) => block.getBoundingClientRect().right < left;
    blockId.current = blockIdOf(blocks[firstBelow(blocks, above)]);
    setPages({ page: next, pages: total });
    onMove(blockId.current, total === 1 ? 1 : next / (total - 1));
    return next === wanted;
  }, []);

  useEffect(() => {
    const { stage, text, start } = latest.current;
    const [stageElement, textElement] = [stage.current, text.current];
    if (!enabled || !stageElement || !textElement) return undefined;
    blockId.current = typeof start === 'object' ? start.blockId : null;
    const find = (): void => {
      const block = blockId.current === null ? null : blockElement(textElement, blockId.current);
      if (block) turnTo(pageOfBlock(stageElement, block));
      else turnTo(start === 'end' ? pagesOf(stageElement) - 1 : 0);
    };
    find();
    void document.fonts.ready.then(() => {
      if (latest.current.text.current === textElement) find();
    });
    // a turned phone has other pages; the paragraph stays
    const observer = new ResizeObserver(find);
    observer.observe(stageElement);
    return () => observer.disconnect();
  }, [enabled, layout, turnTo, options.text]);

  return {
    within: pages === 1 ? 1 : page / (pages - 1),
    page,
    pages,
    forward: () => page < pages - 1 && turnTo(page + 1),
    backward: () => page > 0 && turnTo(page - 1),
  };
};
