import type { z } from 'zod';
import type { Import } from '@authorworks/contracts';
import { useMutation } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { useHouse } from '../api/house-context.ts';
import { problemMessage } from '../api/problem.ts';
import { contentRoutes } from '../api/routes.generated.ts';
import { sendWithProgress } from '../api/send-with-progress.ts';
import { useText } from '../i18n/text.ts';
import { uiText } from '../ui/text.ts';
import { useToast } from '../ui/toast.tsx';
import { problemOfFile } from './book-file.ts';
import { shelfText } from './text.ts';

interface Sending {
  readonly file: File;
  readonly share: number;
}

/** Sends a book file with progress, then goes to the page that shows how it is read. */
export const useImport = (bookId?: string) => {
  const house = useHouse();
  const navigate = useNavigate();
  const toast = useToast();
  const t = useText(shelfText);
  const ui = useText(uiText);
  const [sending, setSending] = useState<Sending | null>(null);
  const stop = useRef<AbortController | null>(null);
  const send = useMutation({
    mutationFn: async (file: File) => {
      stop.current = new AbortController();
      const body = new FormData();
      if (bookId) body.append('bookId', bookId); // before the file, which the server reads as a stream
      body.append('file', file);
      setSending({ file, share: 0 });
      const token = await house.session.token();
      return (await sendWithProgress({
        method: 'POST',
        url: contentRoutes.createImport.path,
        body,
        headers: { authorization: `Bearer ${token}`, 'idempotency-key': crypto.randomUUID() },
        signal: stop.current.signal,
        onProgress: (share) => setSending({ file, share }),
      })) as z.infer<typeof Import>;
    },
    onSuccess: ({ id }) => void navigate(`/shelf/imports/${id}`),
    onError: (error) => {
      if (!(error instanceof DOMException && error.name === 'AbortError'))
        toast({ kind: 'danger', message: problemMessage(error, ui) });
    },
    onSettled: () => setSending(null),
  });
  const begin = (files: readonly File[]): void => {
    const [file] = files;
    if (!file || send.isPending) return;
    const problem = problemOfFile(file);
    if (problem) toast({ kind: 'danger', message: t[problem](file.name) });
    else send.mutate(file);
    if (files.length > 1 && !problem) toast({ message: t.oneAtATime });
  };
  return { begin, sending, stop: () => stop.current?.abort() };
};
