import { memo, type Ref, useMemo } from 'react';
import type { Sanitiser } from './sanitiser-query.ts';
import './chapter-text.css';

interface ChapterTextProps {
  readonly ref: Ref<HTMLDivElement>;
  readonly html: string;
  readonly sanitiser: Sanitiser;
  readonly language: string;
}

/** The text of a chapter. Rendered once: what changes around it must not touch thousands of paragraphs. */
export const ChapterText = memo(({ ref, html, sanitiser, language }: ChapterTextProps) => {
  const safe = useMemo(() => sanitiser.sanitiseChapter(html), [html, sanitiser]);
  // the one place where markup comes from outside: content's sanitised XHTML, sanitised again above
  return <div ref={ref} className="aw-text" lang={language} dir="auto" dangerouslySetInnerHTML={{ __html: safe }} />;
});
ChapterText.displayName = 'ChapterText';
