import type { Book } from '@authorworks/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { House } from '../api/api.ts';
import { useHouse } from '../api/house-context.ts';
import { problemMessage } from '../api/problem.ts';
import { useText } from '../i18n/text.ts';
import { uiText } from '../ui/text.ts';
import { useToast } from '../ui/toast.tsx';
import { bookKeys } from './book-queries.ts';

type BookChange = Parameters<House['content']['updateBook']>[0]['body'];

/** Changes what stands on the title page; seen at once, taken back when it is refused. */
export const useChangeBook = (bookId: string) => {
  const { content } = useHouse();
  const queries = useQueryClient();
  const toast = useToast();
  const ui = useText(uiText);
  const key = bookKeys.book(bookId);
  return useMutation({
    mutationFn: async (body: BookChange) => await content.updateBook({ params: { bookId: bookId }, body }),
    onMutate: async (change) => {
      await queries.cancelQueries({ queryKey: key, exact: true });
      const before = queries.getQueryData<Book>(key);
      if (before) queries.setQueryData<Book>(key, { ...before, ...(change as Partial<Book>) });
      return { before };
    },
    onSuccess: (book) => void queries.setQueryData<Book>(key, book),
    onError: (error, _change, begun) => {
      if (begun?.before) queries.setQueryData(key, begun.before);
      toast({ kind: 'danger', message: problemMessage(error, ui) });
    },
    onSettled: async () => await queries.invalidateQueries({ queryKey: bookKeys.books }),
  });
};
