import { useQueryClient } from '@tanstack/react-query';
import { ArrowLeft, ALargeSmall, ChevronLeft, ChevronRight, List } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { Link } from 'react-router';
import { useHouse } from '../api/house-context.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { contentsNames } from '../library/contents-names.ts';
import { libraryText } from '../library/library-text.ts';
import { publicChapterQuery } from '../library/public-queries.ts';
import { useDocumentTitle } from '../shell/page.tsx';
import { classes } from '../ui/classes.ts';
import { fetchWhenIdle, later } from '../ui/later.ts';
import { NativeDialog } from '../ui/native-dialog.tsx';
import { useLater } from '../ui/use-later.ts';
import { ChapterText } from './chapter-text.tsx';
import { FootnotePopover } from './footnote-popover.tsx';
import { fractionOf } from './place.ts';
import { readerText } from './reader-text.ts';
import styles from './reader.module.css';
import type { Reading } from './reading.ts';
import {
  type BookView,
  type ChapterView,
  type OpenBookProps,
  type ReaderDialog,
  useOpenBook,
} from './use-open-book.ts';

const BarButton = ({
  label,
  expanded,
  onClick,
  children,
}: {
  label: string;
  expanded?: boolean;
  onClick: () => void;
  children: ReactNode;
}) => (
  <button
    type="button"
    className={styles['bar-button']}
    aria-label={label}
    title={label}
    aria-expanded={expanded}
    onClick={onClick}
  >
    {children}
  </button>
);

/** What stands before the text: part and title, and the book's own title before its first chapter. */
const Head = ({ book, chapter, name }: { book: BookView; chapter: ChapterView; name: string }) => (
  <header className={styles.head}>
    {chapter.previousId === null && (
      <p className={styles['book-title']}>
        {book.title}
        <span>{book.authorName}</span>
      </p>
    )}
    {chapter.partTitle && <p className={styles['part-title']}>{chapter.partTitle}</p>}
    <h1 className={chapter.title ? styles['chapter-title'] : 'visually-hidden'} tabIndex={-1}>
      {name}
    </h1>
  </header>
);

const ChapterEnd = ({
  book,
  chapter,
  names,
}: {
  book: BookView;
  chapter: ChapterView;
  names: ReadonlyMap<string, string>;
}) => {
  const t = useText(readerText);
  if (chapter.nextId) {
    return (
      <nav className={styles.end}>
        <Link className={styles.next} to={`/read/${book.slug}/${chapter.nextId}`} state={{ start: 'start' }}>
          <small>{t.next}</small>
          {names.get(chapter.nextId)}
        </Link>
      </nav>
    );
  }
  return (
    <div className={styles.end}>
      <p className={styles.fin}>{t.end}</p>
      <p>{t.endLead(book.title, book.authorName)}</p>
      <p className={styles['end-links']}>
        <Link to={`/books/${book.slug}`}>{t.toBook}</Link>
        <a href={book.epubUrl}>{t.epub}</a>
        <Link to="/books">{t.otherBooks}</Link>
      </p>
    </div>
  );
};

const Foot = ({ book, chapter, reading }: { book: BookView; chapter: ChapterView; reading: Reading }) => {
  const t = useText(readerText);
  const format = useFormat();
  const share = fractionOf(book.contents, chapter.id, reading.within);
  const minutes = Math.round(format.minutesToRead(chapter.wordCount) * (1 - reading.within));
  return (
    <footer className={styles.foot}>
      <div
        className={styles.track}
        role="progressbar"
        aria-label={t.read(share)}
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <div className={styles.fill} style={{ inlineSize: `${share * 100}%` }} />
      </div>
      <p className={styles['foot-words']}>
        <span>
          {reading.pages > 1 ? t.page(reading.page + 1, reading.pages) : minutes > 0 ? t.minutesLeft(minutes) : ''}
        </span>
        <span>{t.read(share)}</span>
      </p>
    </footer>
  );
};

/** Fetched while one reads, so that the next chapter is there at once. */
const usePrefetch = (slug: string, chapterId: string | null): void => {
  const house = useHouse();
  const queries = useQueryClient();
  useEffect(() => {
    if (chapterId) void queries.prefetchQuery(publicChapterQuery(house, slug, chapterId));
  }, [house, queries, slug, chapterId]);
};

const Bar = ({
  book,
  dialog,
  onOpen,
}: {
  book: BookView;
  dialog: ReaderDialog;
  onOpen: (dialog: ReaderDialog) => void;
}) => {
  const t = useText(readerText);
  return (
    <header className={styles.bar}>
      <Link className={styles['bar-button']} to={`/books/${book.slug}`} aria-label={t.backToBook} title={t.backToBook}>
        <ArrowLeft aria-hidden />
      </Link>
      <p className={styles['bar-title']}>{book.title}</p>
      <BarButton label={t.contents} expanded={dialog === 'contents'} onClick={() => onOpen('contents')}>
        <List aria-hidden />
      </BarButton>
      <BarButton label={t.settings} expanded={dialog === 'looks'} onClick={() => onOpen('looks')}>
        <ALargeSmall aria-hidden />
      </BarButton>
    </header>
  );
};

/** For the mouse: the edges of the page. */
const TurnButtons = ({ forward, backward }: { forward: () => void; backward: () => void }) => {
  const t = useText(readerText);
  return (
    <>
      <button
        type="button"
        className={classes(styles.turn, styles['turn-back'])}
        aria-label={t.previousPage}
        onClick={backward}
      >
        <ChevronLeft aria-hidden />
      </button>
      <button
        type="button"
        className={classes(styles.turn, styles['turn-on'])}
        aria-label={t.nextPage}
        onClick={forward}
      >
        <ChevronRight aria-hidden />
      </button>
    </>
  );
};

const dialogParts = later(async () => await import('./reader-dialogs.tsx'));

interface DialogsProps extends Pick<OpenBookProps, 'book' | 'chapter'> {
  readonly open: ReturnType<typeof useOpenBook>;
}

const Dialogs = ({ book, chapter, open }: DialogsProps) => {
  const t = useText(readerText);
  const { dialog, setDialog, settings, change } = open;
  const close = (): void => setDialog(null);
  const parts = useLater(dialogParts, dialog !== null);
  useEffect(() => fetchWhenIdle([dialogParts]), []);
  return (
    <>
      <NativeDialog open={dialog === 'contents'} onClose={close} title={t.contents} closeLabel={t.close} side="start">
        {parts && <parts.Contents book={book} currentId={chapter.id} onChoose={close} />}
      </NativeDialog>
      <NativeDialog open={dialog === 'looks'} onClose={close} title={t.settings} closeLabel={t.close} side="end">
        {parts && <parts.Looks settings={settings} onChange={change} />}
      </NativeDialog>
    </>
  );
};

/** A chapter, open for reading. */
export const OpenBook = (props: OpenBookProps) => {
  const { book, chapter, sanitiser } = props;
  const area = useRef<HTMLElement>(null);
  const text = useRef<HTMLDivElement>(null);
  const open = useOpenBook(props, area, text);
  const { settings, paged } = open;
  const names = contentsNames(book.contents, useText(libraryText));
  const name = names.get(chapter.id) ?? book.title;
  useDocumentTitle(`${name} · ${book.title}`);
  usePrefetch(book.slug, chapter.nextId);
  useEffect(() => area.current?.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true }), []);
  return (
    <div
      className={classes(styles.reader, paged && styles.paged, open.bar.isHidden && styles.quiet)}
      data-theme-of-reader={settings.theme}
      data-font={settings.font}
      data-size={settings.size}
      data-margins={settings.margins}
      data-spacing={settings.spacing}
      data-justify={settings.justify}
      data-drop-caps={settings.dropCaps}
    >
      <Bar book={book} dialog={open.dialog} onOpen={open.setDialog} />
      <main id="content" ref={area} className={styles.stage}>
        <article className={styles.page}>
          <Head book={book} chapter={chapter} name={name} />
          <ChapterText ref={text} html={chapter.html} sanitiser={sanitiser} language={chapter.language} />
          <ChapterEnd book={book} chapter={chapter} names={names} />
        </article>
      </main>
      {paged && <TurnButtons forward={open.forward} backward={open.backward} />}
      <Foot book={book} chapter={chapter} reading={open.reading} />
      <FootnotePopover area={text} />
      <Dialogs book={book} chapter={chapter} open={open} />
    </div>
  );
};
