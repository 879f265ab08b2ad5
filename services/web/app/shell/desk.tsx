import { Suspense } from 'react';
import { HintLayer } from '../ui/hint.tsx';
import { Waiting } from '../ui/progress.tsx';
import { ToastProvider } from '../ui/toast.tsx';
import { Guarded } from './guarded.tsx';

/** What pages with controls need around them: hints and notices. The reader does without, to load fast. */
export const Desk = () => (
  <>
    <Suspense fallback={<Waiting />}>
      <ToastProvider>
        <Guarded />
      </ToastProvider>
    </Suspense>
    <HintLayer />
  </>
);
