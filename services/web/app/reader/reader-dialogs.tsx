import type { PublicBook } from '@authorworks/contracts';
import { useEffect, useId, useRef } from 'react';
import { Link } from 'react-router';
import type { z } from 'zod';
import { useSessionStatus } from '../api/house-context.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { contentsNames } from '../library/contents-names.ts';
import { libraryText } from '../library/library-text.ts';
import { classes } from '../ui/classes.ts';
import { LARGEST, type ReaderSettings } from './reader-settings.ts';
import { readerText } from './reader-text.ts';
import styles from './reader.module.css';

type BookView = z.infer<typeof PublicBook>;

/** Parts and chapters, with the minutes that each takes. */
export const Contents = ({
  book,
  currentId,
  onChoose,
}: {
  book: BookView;
  currentId: string;
  onChoose: () => void;
}) => {
  const t = useText(readerText);
  const format = useFormat();
  const names = contentsNames(book.contents, useText(libraryText));
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'center' });
  }, []);
  return (
    <ol ref={list} className={styles.contents}>
      {book.contents.map((entry) => (
        <li key={entry.id} className={classes(entry.kind === 'part' && styles.part)}>
          {entry.kind === 'part' ? (
            <span>{names.get(entry.id)}</span>
          ) : (
            <Link
              to={`/read/${book.slug}/${entry.id}`}
              state={{ start: 'start' }}
              aria-current={entry.id === currentId ? 'location' : undefined}
              onClick={onChoose}
            >
              <span>{names.get(entry.id)}</span>
              <small>{t.minutes(format.minutesToRead(entry.wordCount))}</small>
            </Link>
          )}
        </li>
      ))}
    </ol>
  );
};

interface OptionsProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly kind?: string;
  readonly onChange: (value: T) => void;
}

/** One of a few, by the browser's own radio buttons. */
const Options = <T extends string>({ label, value, options, kind, onChange }: OptionsProps<T>) => {
  const name = useId();
  return (
    <fieldset className={styles.options}>
      <legend>{label}</legend>
      <div className={styles['option-row']}>
        {options.map(([option, words]) => (
          <label key={option} className={classes(styles.option, kind && styles[`${kind}-${option}`])}>
            <input type="radio" name={name} checked={option === value} onChange={() => onChange(option)} />
            <span>{words}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
};

interface SettingsProps {
  readonly settings: ReaderSettings;
  readonly onChange: (change: Partial<ReaderSettings>) => void;
}

const Size = ({ settings, onChange }: SettingsProps) => {
  const t = useText(readerText);
  return (
    <fieldset className={styles.options}>
      <legend>{t.size}</legend>
      <div className={styles['option-row']}>
        <button
          type="button"
          className={styles.step}
          aria-label={t.smaller}
          disabled={settings.size === 0}
          onClick={() => onChange({ size: settings.size - 1 })}
        >
          A
        </button>
        <button
          type="button"
          className={classes(styles.step, styles.big)}
          aria-label={t.larger}
          disabled={settings.size === LARGEST}
          onClick={() => onChange({ size: settings.size + 1 })}
        >
          A
        </button>
      </div>
    </fieldset>
  );
};

const entries = <K extends string>(words: Readonly<Record<K, string>>): (readonly [K, string])[] =>
  (Object.keys(words) as K[]).map((key) => [key, words[key]] as const);

/** How the text looks. */
export const Looks = ({ settings, onChange }: SettingsProps) => {
  const t = useText(readerText);
  const signedOut = useSessionStatus() === 'signed-out';
  return (
    <div className={styles.looks}>
      <Options
        label={t.theme}
        kind="theme"
        value={settings.theme}
        options={entries(t.themes)}
        onChange={(theme) => onChange({ theme })}
      />
      <Options
        label={t.font}
        kind="font"
        value={settings.font}
        options={entries(t.fonts)}
        onChange={(font) => onChange({ font })}
      />
      <Size settings={settings} onChange={onChange} />
      <Options
        label={t.mode}
        value={settings.mode}
        options={entries(t.modes)}
        onChange={(mode) => onChange({ mode })}
      />
      <Options
        label={t.margins}
        value={settings.margins}
        options={entries(t.marginsOf)}
        onChange={(margins) => onChange({ margins })}
      />
      <Options
        label={t.spacing}
        value={settings.spacing}
        options={entries(t.spacings)}
        onChange={(spacing) => onChange({ spacing })}
      />
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={settings.justify}
          onChange={(event) => onChange({ justify: event.target.checked })}
        />
        {t.justify}
      </label>
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={settings.dropCaps}
          onChange={(event) => onChange({ dropCaps: event.target.checked })}
        />
        {t.dropCaps}
      </label>
      {signedOut && (
        <p className={styles.hint}>
          {t.keepPlace} <Link to={`/sign-in?returnTo=${encodeURIComponent(location.pathname)}`}>{t.signIn}</Link>
        </p>
      )}
    </div>
  );
};
