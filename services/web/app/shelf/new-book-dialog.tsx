import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useHouse } from '../api/house-context.ts';
import { problemMessage } from '../api/problem.ts';
import { useForm } from '../ui/use-form.ts';
import { bookKeys, seriesQuery } from '../book/book-queries.ts';
import { LanguageOptions } from '../book/language-options.tsx';
import { currentLanguage } from '../i18n/language.ts';
import { useText } from '../i18n/text.ts';
import { useAccount } from '../shell/account.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Notice } from '../ui/state.tsx';
import { uiText } from '../ui/text.ts';
import { shelfText } from './text.ts';

interface NewBook extends Record<string, string> {
  title: string;
  authorName: string;
  language: string;
  series: string;
  seriesTitle: string;
}

const NEW_SERIES = 'new';

/** A book with a first chapter and a first scene, so that there is a page to write on. */
const useCreateBook = (onCreated: () => void) => {
  const { content } = useHouse();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [key] = useState(() => crypto.randomUUID());
  return useMutation({
    mutationFn: async (values: NewBook) => {
      const title = values.seriesTitle.trim();
      const made = values.series === NEW_SERIES ? await content.createSeries({ body: { title } }) : undefined;
      const seriesId = made?.id ?? (values.series === '' ? undefined : values.series);
      const book = await content.createBook(
        {
          body: {
            title: values.title.trim(),
            authorName: values.authorName.trim() || undefined,
            language: values.language,
            ...(seriesId ? { seriesId } : {}),
          },
        },
        { idempotencyKey: `${key}-book` },
      );
      const params = { bookId: book.id };
      const chapter = await content.createNode(
        { params, body: { kind: 'chapter' } },
        { idempotencyKey: `${key}-chapter` },
      );
      const scene = await content.createNode(
        { params, body: { kind: 'scene', parentId: chapter.id } },
        { idempotencyKey: `${key}-scene` },
      );
      return { book, scene };
    },
    onSuccess: ({ book, scene }) => {
      onCreated();
      void queries.invalidateQueries({ queryKey: bookKeys.books });
      void queries.invalidateQueries({ queryKey: bookKeys.series });
      void navigate(`/write/${book.id}/${scene.id}`);
    },
  });
};

const NewBookForm = ({ onClose }: { onClose: () => void }) => {
  const t = useText(shelfText);
  const ui = useText(uiText);
  const house = useHouse();
  const account = useAccount();
  const series = useQuery(seriesQuery(house)).data ?? [];
  const create = useCreateBook(onClose);
  const { values, field, form } = useForm<NewBook>({
    initial: { title: '', authorName: account?.name ?? '', language: currentLanguage(), series: '', seriesTitle: '' },
    check: ({ title, series: chosen, seriesTitle }) => ({
      title: title.trim() === '' ? t.bookTitleMissing : undefined,
      seriesTitle: chosen === NEW_SERIES && seriesTitle.trim() === '' ? t.seriesTitleMissing : undefined,
    }),
    onSubmit: (filled) => create.mutate(filled),
  });
  return (
    <form {...form} style={{ display: 'contents' }}>
      {create.error && (
        <Notice kind="danger" live>
          {problemMessage(create.error, ui)}
        </Notice>
      )}
      <TextField label={t.bookTitle} hint={t.bookTitleHint} maxLength={300} autoComplete="off" {...field('title')} />
      <TextField label={t.authorName} maxLength={200} autoComplete="off" {...field('authorName')} />
      <SelectField label={t.language} {...field('language')}>
        <LanguageOptions />
      </SelectField>
      <SelectField label={t.series} {...field('series')}>
        <option value="">{t.noSeries}</option>
        {series.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
        <option value={NEW_SERIES}>{t.newSeries}</option>
      </SelectField>
      {values.series === NEW_SERIES && <TextField label={t.seriesTitle} maxLength={300} {...field('seriesTitle')} />}
      <DialogActions>
        <Button look="quiet" onClick={onClose}>
          {ui.cancel}
        </Button>
        <Button type="submit" look="primary" busy={create.isPending}>
          {t.create}
        </Button>
      </DialogActions>
    </form>
  );
};

export const NewBookDialog = ({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) => {
  const t = useText(shelfText);
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t.newBook}>
      <NewBookForm onClose={() => onOpenChange(false)} />
    </Dialog>
  );
};
