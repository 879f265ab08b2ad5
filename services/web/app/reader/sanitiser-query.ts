import { queryOptions } from '@tanstack/react-query';
import type * as sanitise from './sanitise.ts';

export type Sanitiser = typeof sanitise;

/** What makes a chapter's text safe: a file of its own, which comes while the book and the chapter are on their way. */
export const sanitiserQuery = () =>
  queryOptions({
    queryKey: ['sanitiser'],
    queryFn: async (): Promise<Sanitiser> => await import('./sanitise.ts'),
    staleTime: Infinity,
    gcTime: Infinity,
    structuralSharing: false,
  });
