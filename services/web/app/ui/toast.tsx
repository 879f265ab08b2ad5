import { createContext, type ReactNode, use, useCallback, useEffect, useState } from 'react';
import { fetchWhenIdle, later } from './later.ts';
import { useLater } from './use-later.ts';

export interface ToastWords {
  readonly message: string;
  readonly kind?: 'info' | 'danger';
  /** Takes back what the message tells. */
  readonly undo?: () => void;
  readonly action?: { readonly label: string; readonly run: () => void };
}

export interface Shown extends ToastWords {
  readonly id: number;
}

const ToastContext = createContext<(words: ToastWords) => void>(() => undefined);

/** Tells what has happened, with a way back. */
export const useToast = (): ((words: ToastWords) => void) => use(ToastContext);

const view = later(async () => await import('./toast-view.tsx'));

let lastId = 0;

export const ToastProvider = ({ children }: { children: ReactNode }) => {
  const [toasts, setToasts] = useState<readonly Shown[]>([]);
  const show = useCallback((words: ToastWords) => {
    lastId += 1;
    const shown = { ...words, id: lastId };
    setToasts((before) => [...before.slice(-2), shown]);
  }, []);
  // a notice may have to tell that the house cannot be reached: what shows it is fetched before
  useEffect(() => fetchWhenIdle([view]), []);
  const View = useLater(view, toasts.length > 0);
  const close = (id: number): void => setToasts((before) => before.filter((toast) => toast.id !== id));
  return (
    <>
      <ToastContext value={show}>{children}</ToastContext>
      {View && <View.Toasts toasts={toasts} onClose={close} />}
    </>
  );
};
