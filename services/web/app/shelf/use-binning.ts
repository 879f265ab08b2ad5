import type { Book } from '@authorworks/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useHouse } from '../api/house-context.ts';
import { problemMessage } from '../api/problem.ts';
import { bookKeys } from '../book/book-queries.ts';
import { useText } from '../i18n/text.ts';
import { uiText } from '../ui/text.ts';
import { useToast } from '../ui/toast.tsx';
import { shelfText } from './text.ts';

type BookInBin = Pick<Book, 'id' | 'title'>;

/** Puts books into the bin and takes them out; nobody is asked first, because there is a way back. */
export const useBinning = () => {
  const { content } = useHouse();
  const queries = useQueryClient();
  const toast = useToast();
  const t = useText(shelfText);
  const ui = useText(uiText);
  const onError = (error: unknown): void => toast({ kind: 'danger', message: problemMessage(error, ui) });
  const onSettled = async (): Promise<void> => await queries.invalidateQueries({ queryKey: bookKeys.books });
  const restore = useMutation({
    mutationFn: async ({ id }: BookInBin) => await content.restoreBook({ params: { bookId: id } }),
    onSuccess: (book) => toast({ message: t.restored(book.title) }),
    onError,
    onSettled,
  });
  const bin = useMutation({
    mutationFn: async ({ id }: BookInBin) => await content.deleteBook({ params: { bookId: id } }),
    onSuccess: (_nothing, book) => toast({ message: t.binned(book.title), undo: () => restore.mutate(book) }),
    onError,
    onSettled,
  });
  return { bin: bin.mutate, restore: restore.mutate };
};
