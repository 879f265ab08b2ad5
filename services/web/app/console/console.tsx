import { useEffect, useRef } from 'react';
import { Link, Navigate, Route, Routes, useLocation } from 'react-router';
import { useText } from '../i18n/text.ts';
import { useAccount } from '../shell/account.ts';
import { Page } from '../shell/page.tsx';
import { Skeleton } from '../ui/progress.tsx';
import { Notice } from '../ui/state.tsx';
import { consoleText } from './console-text.ts';
import styles from './console.module.css';
import { EventsSection } from './events-section.tsx';
import { HouseSection } from './house-section.tsx';
import { QueuesSection } from './queues-section.tsx';
import { ReleasesSection } from './releases-section.tsx';
import { RunSection } from './run-section.tsx';
import { TasksSection } from './tasks-section.tsx';

const sections = ['house', 'tasks', 'queues', 'releases', 'events'] as const;

const Sections = () => (
  <Routes>
    <Route index element={<HouseSection />} />
    <Route path="tasks" element={<TasksSection />} />
    <Route path="runs/:runId" element={<RunSection />} />
    <Route path="queues" element={<QueuesSection />} />
    <Route path="releases" element={<ReleasesSection />} />
    <Route path="events" element={<EventsSection />} />
    <Route path="*" element={<Navigate to="/console" replace />} />
  </Routes>
);

/** What operators see of the machines, the work and the versions of the house. */
export const Console = () => {
  const t = useText(consoleText);
  const account = useAccount();
  const nav = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // on a phone the sections are wider than the screen: the one that is open has to be seen
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [pathname, t]);
  const [, , place = ''] = pathname.split('/');
  // a run is a page of its own below the tasks
  const isRun = place === 'runs';
  const open = isRun ? 'tasks' : place || 'house';
  if (account && !account.roles.includes('operator')) {
    return (
      <Page title={t.title} narrow>
        <Notice>{t.notYou}</Notice>
      </Page>
    );
  }
  return (
    <Page title={t.title} actions={<Link to="/operator">{t.toAccounts}</Link>}>
      <nav ref={nav} className={styles.nav} aria-label={t.title}>
        {sections.map((section) => (
          <Link
            key={section}
            to={section === 'house' ? '/console' : `/console/${section}`}
            aria-current={section === open ? (isRun ? 'true' : 'page') : undefined}
          >
            {t.sections[section]}
          </Link>
        ))}
      </nav>
      {account ? <Sections /> : <Skeleton height="16rem" />}
    </Page>
  );
};
