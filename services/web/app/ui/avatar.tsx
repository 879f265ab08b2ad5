import type { CSSProperties } from 'react';
import { classes } from './classes.ts';
import styles from './avatar.module.css';

const AUTHOR_COLOURS = 10;

/** A number for a text that is the same on every screen (FNV-1a). */
export const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return hash;
};

/** Which of the ten author colours somebody has: 1 to 10, the same for everybody who looks. */
export const authorColour = (accountId: string): number => (hashOf(accountId) % AUTHOR_COLOURS) + 1;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const firstOf = (word: string | undefined): string => graphemes.segment(word ?? '').containing(0)?.segment ?? '';

/** First letters of the first and last name, so that colours are not the only difference. */
export const initialsOf = (name: string): string => {
  const words = name.trim().split(/\s+/u);
  return firstOf(words[0]) + (words.length > 1 ? firstOf(words.at(-1)) : '') || '?';
};

interface AvatarProps {
  readonly name: string;
  readonly id: string;
  readonly size?: 'medium' | 'large';
}

export const Avatar = ({ name, id, size }: AvatarProps) => (
  <span
    className={classes(styles.avatar, size === 'large' && styles.large)}
    style={{ '--author': `var(--author-${authorColour(id)})` } as CSSProperties}
    // drawn by the style sheet: a picture, no part of the name of what it stands in
    data-initials={initialsOf(name)}
    aria-hidden
  />
);
