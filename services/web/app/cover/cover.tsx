import type { CSSProperties } from 'react';
import { hashOf } from '../ui/avatar.tsx';
import { classes } from '../ui/classes.ts';
import styles from './cover.module.css';
import { coverPalettes } from './palettes.ts';

const layouts = ['bands', 'moon', 'frame', 'waves', 'label', 'initial', 'hills'] as const;
type Layout = (typeof layouts)[number];

/** Size of the title in hundredths of the cover's width, so that its longest word and its length fit. */
export const fitOf = (title: string): number => {
  const longestWord = Math.max(1, ...title.split(/\s+/u).map((word) => word.length));
  return Math.max(7, Math.min(21, 118 / longestWord, 62 / Math.sqrt(Math.max(title.length, 8))));
};

/** Drawn on 100 × 160: a cover's proportion. */
const Art = ({ layout, variant }: { layout: Layout; variant: number }) => {
  const shape = 'var(--shape)';
  if (layout === 'moon') {
    const x = 30 + (variant % 5) * 10;
    return (
      <>
        <circle cx={x} cy="52" r="34" fill={shape} />
        <circle cx={x + 14} cy="45" r="34" fill="var(--ground)" opacity={variant % 2 === 0 ? 1 : 0} />
      </>
    );
  }
  if (layout === 'waves') {
    return [0, 1, 2, 3, 4, 5].map((row) => (
      <path
        key={row}
        d={`M-10 ${16 + row * 12} q 10 -9 20 0 t 20 0 t 20 0 t 20 0 t 20 0 t 20 0`}
        transform={`translate(${(row * (3 + (variant % 5))) % 20} 0)`}
        fill="none"
        stroke={shape}
        strokeWidth="3.2"
        opacity={1 - row * 0.13}
      />
    ));
  }
  if (layout === 'hills') {
    return (
      <>
        <circle cx={25 + (variant % 6) * 10} cy="34" r="13" fill="var(--type)" opacity="0.9" />
        <path d="M0 74 Q 26 46 54 66 T 100 56 V 92 H 0 Z" fill={shape} opacity="0.55" />
        <path d="M0 84 Q 34 60 62 80 T 100 74 V 96 H 0 Z" fill={shape} />
        <path d="M0 94 Q 30 84 60 92 T 100 88 V 160 H 0 Z" fill="var(--ground)" />
      </>
    );
  }
  if (layout === 'frame') {
    return (
      <g fill="none" stroke="var(--type)">
        <rect x="9" y="7" width="84" height="146" strokeWidth="0.7" />
        <rect x="11.5" y="9.5" width="79" height="141" strokeWidth="0.35" />
        <path d="M36 108h11M55 108h11M47.5 110.5l3.5-5 3.5 5" strokeWidth="0.9" strokeLinecap="round" />
      </g>
    );
  }
  if (layout === 'bands') return <rect y="99" width="100" height="12" fill={shape} />;
  if (layout === 'label') return <path d="M12 0v160" stroke="var(--type)" strokeWidth="0.5" opacity="0.5" />;
  return null;
};

const ARTICLE = /^(?:the|an?|der|die|das|eine?|el|l[aeo]s?|una?|unos|unas|une|des)\s+(?=\S)/iu;

/** The letter that a title is remembered by: that of its first word of weight. */
export const initialOf = (title: string): string => {
  const [letter = ''] = title.trim().replace(ARTICLE, '');
  return letter.toUpperCase();
};

interface CoverProps {
  readonly title: string;
  readonly author: string;
  readonly language?: string;
  /** A real picture, where the book has one. */
  readonly url?: string | null;
  readonly className?: string;
}

/** A cover for every book: its own picture, or one set in type, the same for the same title and author everywhere. */
export const Cover = ({ title, author, language, url, className }: CoverProps) => {
  if (url) {
    return (
      <div className={classes(styles.cover, className)}>
        <img className={styles.picture} src={url} alt="" loading="lazy" decoding="async" />
      </div>
    );
  }
  const hash = hashOf(`${title}\n${author}`);
  const layout = layouts[hash % layouts.length] ?? 'bands';
  const palette = coverPalettes[(hash >>> 4) % coverPalettes.length];
  const style = {
    '--ground': palette?.ground,
    '--type': palette?.type,
    '--shape': palette?.shape,
    '--paper-of-book': palette?.paper,
    '--ink-of-book': palette?.ink,
    '--fit': fitOf(title),
  } as CSSProperties;
  return (
    <div className={classes(styles.cover, styles[layout], className)} style={style} aria-hidden>
      {layout === 'initial' && <span className={styles.letter}>{initialOf(title)}</span>}
      <svg className={styles.art} viewBox="0 0 100 160" preserveAspectRatio="xMidYMid slice" aria-hidden>
        <Art layout={layout} variant={hash >>> 9} />
      </svg>
      <div className={styles.text} lang={language}>
        <span className={styles.title}>{title}</span>
        {author && <span className={styles.author}>{author}</span>}
      </div>
    </div>
  );
};
