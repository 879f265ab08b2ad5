import type { Book, Edition, TreeNode } from '@authorworks/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { z } from 'zod';
import { useHouse } from '../api/house-context.ts';
import { fieldProblem, isCode, problemMessage } from '../api/problem.ts';
import { Cover } from '../cover/cover.tsx';
import { useText } from '../i18n/text.ts';
import { Button, LinkButton } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { TextArea, TextField } from '../ui/field.tsx';
import { Notice } from '../ui/state.tsx';
import { uiText } from '../ui/text.ts';
import { useToast } from '../ui/toast.tsx';
import { useForm } from '../ui/use-form.ts';
import { refreshBook } from './book-queries.ts';
import { pageText } from './page-text.ts';
import styles from './panel.module.css';
import { flatten } from './tree.ts';

type EditionView = z.infer<typeof Edition>;
const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** An address made of a title: letters without their accents, hyphens between words. */
export const slugOf = (title: string): string =>
  title
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80)
    .replace(/-+$/, '');

const usePublish = (book: Book) => {
  const { content } = useHouse();
  const queries = useQueryClient();
  const [key] = useState(() => crypto.randomUUID());
  return useMutation({
    mutationFn: async (body: { slug?: string; notes: string }) =>
      await content.createEdition(
        { params: { bookId: book.id }, body },
        { idempotencyKey: `${key}-${body.slug ?? ''}` },
      ),
    onSuccess: async () => await refreshBook(queries, book.id),
  });
};

const Preview = ({ book, tree }: { book: Book; tree: TreeNode | undefined }) => {
  const t = useText(pageText).publish;
  const chapters = tree ? flatten(tree).filter(({ node }) => node.kind === 'chapter') : [];
  const empty = chapters.filter(({ node }) => node.wordCount === 0).length;
  return (
    <>
      <div className={styles.preview}>
        <Cover title={book.title} author={book.authorName} language={book.language} url={book.coverUrl} />
        <div>
          <h3>{book.title}</h3>
          <p className={styles.words}>{book.authorName}</p>
          <p className={styles.words}>{t.contents(chapters.length, book.wordCount)}</p>
        </div>
      </div>
      {empty > 0 && <Notice kind="warning">{t.emptyChapters(empty)}</Notice>}
      {!book.description && <Notice>{t.noDescription}</Notice>}
    </>
  );
};

const PublishForm = ({
  book,
  tree,
  onPublished,
}: {
  book: Book;
  tree: TreeNode | undefined;
  onPublished: (edition: EditionView) => void;
}) => {
  const t = useText(pageText).publish;
  const ui = useText(uiText);
  const publish = usePublish(book);
  const { values, field, form } = useForm({
    initial: { slug: book.slug ?? slugOf(book.title), notes: '' },
    check: ({ slug }) => ({ slug: SLUG.test(slug) ? undefined : t.addressWrong }),
    onSubmit: ({ slug, notes }) => publish.mutate({ slug, notes: notes.trim() }, { onSuccess: onPublished }),
  });
  const slug = field('slug');
  const slugTaken = isCode(publish.error, 'CONTENT_SLUG_TAKEN')
    ? problemMessage(publish.error, ui)
    : fieldProblem(publish.error, 'slug');
  return (
    <form {...form} className={styles.form}>
      <Preview book={book} tree={tree} />
      {publish.error && !slugTaken && (
        <Notice kind="danger" live>
          {problemMessage(publish.error, ui)}
        </Notice>
      )}
      <TextField
        label={t.address}
        hint={t.addressHint(location.host, values.slug)}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={100}
        {...slug}
        problem={slug.problem ?? slugTaken}
      />
      <TextArea label={t.notes} hint={t.notesHint} maxLength={5000} rows={2} {...field('notes')} />
      <DialogActions>
        <Button type="submit" look="primary" busy={publish.isPending}>
          {t.now}
        </Button>
      </DialogActions>
    </form>
  );
};

const Done = ({ edition }: { edition: EditionView }) => {
  const t = useText(pageText).publish;
  const toast = useToast();
  const path = `/books/${edition.slug}`;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(location.origin + path);
    toast({ message: t.copied });
  };
  return (
    <>
      <p className={styles.address}>{location.origin + path}</p>
      <DialogActions>
        <Button onClick={() => void copy()}>{t.copy}</Button>
        <LinkButton look="primary" to={path}>
          {t.visit}
        </LinkButton>
      </DialogActions>
    </>
  );
};

interface PublishDialogProps {
  readonly book: Book;
  readonly tree: TreeNode | undefined;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

/** Freezes the draft as the next edition. */
export const PublishDialog = ({ book, tree, open, onOpenChange }: PublishDialogProps) => {
  const t = useText(pageText).publish;
  const [edition, setEdition] = useState<EditionView | null>(null);
  const change = (next: boolean): void => {
    onOpenChange(next);
    if (!next) setEdition(null);
  };
  const number = (book.publishedEdition?.number ?? 0) + 1;
  return (
    <Dialog
      open={open}
      onOpenChange={change}
      title={edition ? t.doneTitle : t.dialogTitle}
      description={edition ? t.doneLead : t.dialogLead(number)}
    >
      {edition ? <Done edition={edition} /> : <PublishForm book={book} tree={tree} onPublished={setEdition} />}
    </Dialog>
  );
};
