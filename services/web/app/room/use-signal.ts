import { useSyncExternalStore } from 'react';
import type { Signal } from '@authorworks/editor-client';

/** Watches a signal of the editor's client. */
export const useSignal = <T>(signal: Signal<T>): T => useSyncExternalStore(signal.subscribe, signal.get);
