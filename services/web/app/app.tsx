import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { ApiError } from '@authorworks/contracts/client';
import * as Direction from 'radix-ui/direction';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Outlet, Route, Routes } from 'react-router';
import type { House } from './api/api.ts';
import { HouseContext } from './api/house-context.ts';
import { languages, useLanguage } from './i18n/language.ts';
import { Guarded } from './shell/guarded.tsx';
import { NotFound } from './shell/not-found.tsx';
import { useNavigationCount } from './shell/page.tsx';
import { RequireAccount } from './shell/require-account.tsx';
import { Waiting } from './ui/progress.tsx';

const Framed = lazy(async () => ({ default: (await import('./shell/framed.tsx')).Framed }));
const Desk = lazy(async () => ({ default: (await import('./shell/desk.tsx')).Desk }));
const Welcome = lazy(async () => ({ default: (await import('./auth/welcome.tsx')).Welcome }));
const SignIn = lazy(async () => ({ default: (await import('./auth/sign-in.tsx')).SignIn }));
const SignUp = lazy(async () => ({ default: (await import('./auth/sign-up.tsx')).SignUp }));
const ForgotPassword = lazy(async () => ({ default: (await import('./auth/forgot-password.tsx')).ForgotPassword }));
const ResetPassword = lazy(async () => ({ default: (await import('./auth/reset-password.tsx')).ResetPassword }));
const VerifyEmail = lazy(async () => ({ default: (await import('./auth/verify-email.tsx')).VerifyEmail }));
const Shelf = lazy(async () => ({ default: (await import('./shelf/shelf.tsx')).Shelf }));
const Bin = lazy(async () => ({ default: (await import('./shelf/bin.tsx')).Bin }));
const ImportPage = lazy(async () => ({ default: (await import('./shelf/import-page.tsx')).ImportPage }));
const BookPage = lazy(async () => ({ default: (await import('./book/book-page.tsx')).BookPage }));
const Room = lazy(async () => ({ default: (await import('./room/room.tsx')).Room }));
const Library = lazy(async () => ({ default: (await import('./library/library.tsx')).Library }));
const PublicBook = lazy(async () => ({ default: (await import('./library/public-book.tsx')).PublicBook }));
const Reader = lazy(async () => ({ default: (await import('./reader/reader.tsx')).Reader }));
const AccountPage = lazy(async () => ({ default: (await import('./account/account-page.tsx')).AccountPage }));
const Operator = lazy(async () => ({ default: (await import('./house/operator.tsx')).Operator }));
const Console = lazy(async () => ({ default: (await import('./console/console.tsx')).Console }));
const Outbox = lazy(async () => ({ default: (await import('./house/outbox.tsx')).Outbox }));

const TRIES = 2;

const newQueryClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        networkMode: 'offlineFirst',
        retry: (failures, error) =>
          failures < TRIES && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500),
      },
      mutations: { networkMode: 'offlineFirst' },
    },
  });

const OwnPages = () => (
  <RequireAccount>
    <Outlet />
  </RequireAccount>
);

const Pages = () => {
  useNavigationCount();
  return (
    <Routes>
      <Route element={<Framed />}>
        <Route path="books" element={<Library />} />
        <Route path="books/:slug" element={<PublicBook />} />
        <Route path="outbox" element={<Outbox />} />
        <Route element={<OwnPages />}>
          <Route path="shelf" element={<Shelf />} />
          <Route path="shelf/bin" element={<Bin />} />
          <Route path="shelf/imports/:importId" element={<ImportPage />} />
          <Route path="shelf/:bookId" element={<BookPage />} />
          <Route path="account/*" element={<AccountPage />} />
          <Route path="operator" element={<Operator />} />
          <Route path="console/*" element={<Console />} />
        </Route>
        <Route path="*" element={<NotFound />} />
      </Route>
      <Route element={<Desk />}>
        <Route index element={<Welcome />} />
        <Route path="sign-in" element={<SignIn />} />
        <Route path="sign-up" element={<SignUp />} />
        <Route path="forgot-password" element={<ForgotPassword />} />
        <Route path="reset-password" element={<ResetPassword />} />
        <Route path="verify-email" element={<VerifyEmail />} />
        <Route element={<OwnPages />}>
          <Route path="write/:bookId/:sceneId?" element={<Room />} />
        </Route>
      </Route>
      <Route element={<Guarded />}>
        <Route path="read/:slug/:chapterId?" element={<Reader />} />
      </Route>
    </Routes>
  );
};

export const App = ({ house }: { house: House }) => {
  const [queries] = useState(newQueryClient);
  const language = useLanguage();
  useEffect(() => void house.session.start(), [house]);
  return (
    <HouseContext value={house}>
      <QueryClientProvider client={queries}>
        <Direction.DirectionProvider dir={languages[language].direction}>
          <Suspense fallback={<Waiting />}>
            <Pages />
          </Suspense>
        </Direction.DirectionProvider>
      </QueryClientProvider>
    </HouseContext>
  );
};
