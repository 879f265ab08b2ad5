import { useText } from '../i18n/text.ts';
import { uiText } from '../ui/text.ts';
import { useToast } from '../ui/toast.tsx';

/** For a part of the room that could not be fetched: says so, and closes what was called. */
export const useUnreachable = (close: () => void): (() => void) => {
  const ui = useText(uiText);
  const toast = useToast();
  return () => {
    close();
    toast({ kind: 'danger', message: ui.offline });
  };
};
