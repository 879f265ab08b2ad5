import { type ReactNode, useEffect, useState } from 'react';
import { Navigate, useLocation } from 'react-router';
import { useHouse, useSessionStatus } from '../api/house-context.ts';
import { useText } from '../i18n/text.ts';
import { Button } from '../ui/button.tsx';
import { Waiting } from '../ui/progress.tsx';
import { Empty } from '../ui/state.tsx';
import { uiText } from '../ui/text.ts';

/** Pages of one's own. Asks the house once even where nothing is known of a sign-in: a provider may just have made one. */
export const RequireAccount = ({ children }: { children: ReactNode }) => {
  const { session } = useHouse();
  const status = useSessionStatus();
  const location = useLocation();
  const ui = useText(uiText);
  const [asked, setAsked] = useState(status === 'signed-in');
  useEffect(() => {
    if (!asked) void session.start(true).finally(() => setAsked(true));
  }, [asked, session]);
  if (status === 'signed-in') return children;
  if (!asked) return <Waiting />;
  if (status === 'unreachable') {
    return (
      <main id="content">
        <Empty
          as="h1"
          title={ui.unreachableTitle}
          actions={<Button onClick={() => setAsked(false)}>{ui.tryAgain}</Button>}
        >
          {ui.unreachable}
        </Empty>
      </main>
    );
  }
  const returnTo = location.pathname + location.search;
  return <Navigate to={`/sign-in?returnTo=${encodeURIComponent(returnTo)}`} replace />;
};
