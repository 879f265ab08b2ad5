import type { Book } from '@authorworks/contracts';
import { BookOpen, EllipsisVertical, PenLine, Trash2 } from 'lucide-react';
import { Link, useNavigate } from 'react-router';
import { Cover } from '../cover/cover.tsx';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { classes } from '../ui/classes.ts';
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx';
import { Progress } from '../ui/progress.tsx';
import styles from './shelf.module.css';
import { shelfText } from './text.ts';
import { useBinning } from './use-binning.ts';

const Goal = ({ book }: { book: Book }) => {
  const t = useText(shelfText);
  if (!book.wordGoal) return null;
  return (
    <div className={styles.goal}>
      <Progress thin label={t.goalOf(book.wordCount, book.wordGoal)} value={(book.wordCount / book.wordGoal) * 100} />
    </div>
  );
};

const BookMenu = ({ book }: { book: Book }) => {
  const t = useText(shelfText);
  const navigate = useNavigate();
  const binning = useBinning();
  return (
    <div className={styles['card-menu']}>
      <Menu
        trigger={
          <IconButton label={t.actionsFor(book.title)} size="small">
            <EllipsisVertical />
          </IconButton>
        }
      >
        <MenuItem icon={<PenLine />} onSelect={() => void navigate(`/write/${book.id}`)}>
          {t.write}
        </MenuItem>
        <MenuItem icon={<BookOpen />} onSelect={() => void navigate(`/shelf/${book.id}`)}>
          {t.openBook}
        </MenuItem>
        {book.role === 'owner' && (
          <>
            <MenuLine />
            <MenuItem icon={<Trash2 />} onSelect={() => binning.bin(book)}>
              {t.toBin}
            </MenuItem>
          </>
        )}
      </Menu>
    </div>
  );
};

/** A book on the shelf. The title is the link; its area is the whole card. */
export const BookCard = ({ book }: { book: Book }) => {
  const t = useText(shelfText);
  const format = useFormat();
  return (
    <li className={styles.card}>
      <div className={styles['card-cover']}>
        <Cover title={book.title} author={book.authorName} language={book.language} url={book.coverUrl} />
      </div>
      <div className={styles['card-words']}>
        <Link className={styles['card-title']} to={`/shelf/${book.id}`}>
          {book.title}
        </Link>
        <span className={styles.meta}>
          {t.words(book.wordCount)}
          {' · '}
          <time dateTime={book.updatedAt} title={format.exactly(book.updatedAt)}>
            {format.ago(book.updatedAt)}
          </time>
        </span>
        <Goal book={book} />
        {book.publishedEdition && <span className={classes(styles.badge, styles.published)}>{t.published}</span>}
        {book.role !== 'owner' && <span className={styles.badge}>{t.roles[book.role]}</span>}
      </div>
      <BookMenu book={book} />
    </li>
  );
};
