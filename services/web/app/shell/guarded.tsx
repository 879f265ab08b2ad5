import { Suspense } from 'react';
import { Outlet, useLocation } from 'react-router';
import { Waiting } from '../ui/progress.tsx';
import { CrashBoundary } from './crash.tsx';

/** A page that may load and may fail, without taking the rest with it. */
export const Guarded = () => (
  <CrashBoundary resetBy={useLocation().pathname}>
    <Suspense fallback={<Waiting />}>
      <Outlet />
    </Suspense>
  </CrashBoundary>
);
