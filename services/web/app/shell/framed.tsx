import { Suspense } from 'react';
import { HintLayer } from '../ui/hint.tsx';
import { Waiting } from '../ui/progress.tsx';
import { ToastProvider } from '../ui/toast.tsx';
import { Banners } from './banners.tsx';
import { Guarded } from './guarded.tsx';
import { Header } from './header.tsx';

/** Pages with the header; the writing room and the reader bring their own. */
export const Framed = () => (
  <>
    <Suspense fallback={<Waiting />}>
      <ToastProvider>
        <Banners />
        <Header />
        <Guarded />
      </ToastProvider>
    </Suspense>
    <HintLayer />
  </>
);
