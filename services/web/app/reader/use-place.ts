import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { useHouse, useSessionStatus } from '../api/house-context.ts';
import { keepLocally, latestPlace, localPlace, type Place } from './place.ts';

/** The account's copy is written this long after the last turn of a page. */
const SETTLE_MS = 2500;

/** Where reading stopped last: in this browser, or in the account. `undefined` while that is being found out. */
export const useStartingPlace = (slug: string): Place | null | undefined => {
  const { content } = useHouse();
  const status = useSessionStatus();
  const remote = useQuery({
    queryKey: ['reading', slug],
    queryFn: async (): Promise<Place | null> => await content.readReadingPlace({ params: { slug } }),
    enabled: status === 'signed-in',
    retry: false,
  });
  if (status === 'unknown') return undefined;
  if (status === 'signed-in' && remote.isPending && !remote.error) return undefined;
  return latestPlace(localPlace(slug), remote.data);
};

/** Keeps the place: at once in this browser, and in the account when the reader rests or leaves. */
export const useKeepPlace = (slug: string): ((place: Omit<Place, 'updatedAt'>) => void) => {
  const { content, session } = useHouse();
  const waiting = useRef<Omit<Place, 'updatedAt'> | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const send = useCallback(() => {
    clearTimeout(timer.current);
    const place = waiting.current;
    waiting.current = null;
    if (!place || session.status !== 'signed-in') return;
    // a place that is lost costs a page: no notice, and the next one is sent anyway
    content.writeReadingPlace({ params: { slug }, body: place }).catch(() => undefined);
  }, [content, session, slug]);
  useEffect(() => {
    const onHide = (): void => {
      if (document.visibilityState === 'hidden') send();
    };
    document.addEventListener('visibilitychange', onHide);
    return () => {
      document.removeEventListener('visibilitychange', onHide);
      send();
    };
  }, [send]);
  return useCallback(
    (place) => {
      keepLocally(slug, { ...place, updatedAt: new Date().toISOString() });
      waiting.current = place;
      clearTimeout(timer.current);
      timer.current = setTimeout(send, SETTLE_MS);
    },
    [slug, send],
  );
};
