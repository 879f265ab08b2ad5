import { memo, type Ref, useMemo } from 'react';
import { sanitiseChapter } from './sanitise.ts';
import './chapter-text.css';

interface ChapterTextProps {
  readonly ref: Ref<HTMLDivElement>;
  readonly html: string;
  readonly language: string;
}

/** The text of a chapter. Rendered once: what changes around it must not touch thousands of paragraphs. */
export const ChapterText = memo(({ ref, html, language }: ChapterTextProps) => {
  const safe = useMemo(() => sanitiseChapter(html), [html]);
  // the one place where markup comes from outside: content's sanitised XHTML, sanitised again above
  return <div ref={ref} className="aw-text" lang={language} dir="auto" dangerouslySetInnerHTML={{ __html: safe }} />;
});
ChapterText.displayName = 'ChapterText';
