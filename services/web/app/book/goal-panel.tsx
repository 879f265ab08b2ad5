import type { Book } from '@authorworks/contracts';
import { useState } from 'react';
import { useText } from '../i18n/text.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Progress } from '../ui/progress.tsx';
import { useForm } from '../ui/use-form.ts';
import { pageText } from './page-text.ts';
import { Panel } from './panel.tsx';
import styles from './panel.module.css';
import { useChangeBook } from './use-book.ts';

const MAX_GOAL = 10_000_000;

/** Whole words that somebody wrote, with separators as they like: "80,000", "80 000". */
export const readGoal = (text: string): number | undefined => {
  const digits = text.replace(/[\s.,'’]/g, '');
  const goal = Number(digits);
  return /^\d+$/.test(digits) && goal >= 1 && goal <= MAX_GOAL ? goal : undefined;
};

const GoalForm = ({ book, onClose }: { book: Book; onClose: () => void }) => {
  const t = useText(pageText).goal;
  const change = useChangeBook(book.id);
  const { field, form } = useForm({
    initial: { goal: book.wordGoal ? String(book.wordGoal) : '' },
    check: ({ goal }) => ({ goal: readGoal(goal) === undefined ? t.wrong : undefined }),
    onSubmit: ({ goal }) => {
      change.mutate({ wordGoal: readGoal(goal) ?? null });
      onClose();
    },
  });
  return (
    <form {...form} className={styles.form}>
      <TextField label={t.label} inputMode="numeric" autoComplete="off" autoFocus {...field('goal')} />
      <div className={styles.actions}>
        <Button type="submit" look="primary">
          {t.save}
        </Button>
        {book.wordGoal && (
          <Button
            look="quiet"
            onClick={() => {
              change.mutate({ wordGoal: null });
              onClose();
            }}
          >
            {t.remove}
          </Button>
        )}
      </div>
    </form>
  );
};

export const GoalPanel = ({ book, mayChange }: { book: Book; mayChange: boolean }) => {
  const t = useText(pageText).goal;
  const [editing, setEditing] = useState(false);
  const { wordCount, wordGoal } = book;
  return (
    <Panel title={t.title}>
      {wordGoal ? (
        <>
          <Progress label={t.title} value={(wordCount / wordGoal) * 100} />
          <p className={styles.line}>
            {t.progress(wordCount, wordGoal)}
            <span className={styles.words}>{wordCount >= wordGoal ? t.reached : t.left(wordGoal - wordCount)}</span>
          </p>
        </>
      ) : (
        <p className={styles.words}>{t.none}</p>
      )}
      {mayChange && !editing && (
        <div className={styles.actions}>
          <Button size="small" onClick={() => setEditing(true)}>
            {wordGoal ? t.edit : t.set}
          </Button>
        </div>
      )}
      {editing && <GoalForm book={book} onClose={() => setEditing(false)} />}
    </Panel>
  );
};
