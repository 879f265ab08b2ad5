import type { Book } from '@authorworks/contracts';
import { useQuery } from '@tanstack/react-query';
import { PenLine } from 'lucide-react';
import { useHouse } from '../api/house-context.ts';
import { useText } from '../i18n/text.ts';
import { Heading } from '../shell/page.tsx';
import { Ago } from '../ui/ago.tsx';
import { LinkButton } from '../ui/button.tsx';
import { InlineField } from '../ui/inline-field.tsx';
import styles from './book-page.module.css';
import { seriesQuery } from './book-queries.ts';
import { CoverField } from './cover-field.tsx';
import { LanguageOptions } from './language-options.tsx';
import { pageText } from './page-text.ts';
import { useChangeBook } from './use-book.ts';

const Selects = ({ book }: { book: Book }) => {
  const t = useText(pageText);
  const house = useHouse();
  const series = useQuery(seriesQuery(house)).data ?? [];
  const change = useChangeBook(book.id).mutate;
  return (
    <div className={styles.selects}>
      <label>
        {t.language}
        <select value={book.language} onChange={(event) => change({ language: event.target.value })}>
          <LanguageOptions current={book.language} />
        </select>
      </label>
      {(series.length > 0 || book.seriesId) && (
        <label>
          {t.series}
          <select value={book.seriesId ?? ''} onChange={(event) => change({ seriesId: event.target.value || null })}>
            <option value="">{t.noSeries}</option>
            {series.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </label>
      )}
      {book.seriesId && (
        <label>
          {t.position}
          <input
            type="number"
            min={0}
            step="any"
            defaultValue={book.seriesPosition ?? ''}
            onBlur={(event) => {
              const value = event.target.value === '' ? null : event.target.valueAsNumber;
              if (value !== book.seriesPosition && !Number.isNaN(value)) change({ seriesPosition: value });
            }}
          />
        </label>
      )}
    </div>
  );
};

/** What stands on the title page, to be changed where it stands. */
export const TitlePage = ({ book, mayStructure, writeTo }: { book: Book; mayStructure: boolean; writeTo: string }) => {
  const t = useText(pageText);
  const change = useChangeBook(book.id).mutate;
  const shared = { readOnly: !mayStructure, lang: book.language };
  return (
    <section className={styles['title-page']}>
      <CoverField book={book} mayChange={mayStructure} />
      <div className={styles.facts}>
        <Heading className={mayStructure ? 'visually-hidden' : styles.title}>{book.title}</Heading>
        {mayStructure && (
          <InlineField
            label={t.title}
            className={styles.title}
            value={book.title}
            maxLength={300}
            required
            {...shared}
            onSave={(title) => change({ title })}
          />
        )}
        <InlineField
          label={t.subtitle}
          className={styles.subtitle}
          value={book.subtitle}
          placeholder={t.addSubtitle}
          maxLength={300}
          {...shared}
          onSave={(subtitle) => change({ subtitle })}
        />
        <InlineField
          label={t.author}
          className={styles.author}
          value={book.authorName}
          maxLength={200}
          required
          {...shared}
          onSave={(authorName) => change({ authorName })}
        />
        <InlineField
          label={t.description}
          className={styles.description}
          value={book.description}
          placeholder={t.addDescription}
          maxLength={10_000}
          multiline
          {...shared}
          onSave={(description) => change({ description })}
        />
        <p className={styles.numbers}>
          <span>{t.words(book.wordCount)}</span>
          <span>{t.chapters(book.chapterCount)}</span>
          <span>{t.scenes(book.sceneCount)}</span>
          {book.wordCount > 0 && <span>{t.pages(book.wordCount)}</span>}
          <span>
            {t.changed} <Ago time={book.updatedAt} />
          </span>
        </p>
        {mayStructure && <Selects book={book} />}
        <div className={styles.row}>
          <LinkButton look="primary" size="large" to={writeTo}>
            <PenLine aria-hidden />
            {t.write}
          </LinkButton>
        </div>
      </div>
    </section>
  );
};
