import type { Account } from '@authorworks/contracts';
import { useEffect, useRef } from 'react';
import { NavLink, Navigate, Route, Routes, useLocation } from 'react-router';
import { useText } from '../i18n/text.ts';
import { useAccount } from '../shell/account.ts';
import { Page } from '../shell/page.tsx';
import { Skeleton } from '../ui/progress.tsx';
import { accountText } from './account-text.ts';
import styles from './account.module.css';
import { PasswordSection } from './password-section.tsx';
import { PenNames } from './pen-names.tsx';
import { Preferences } from './preferences.tsx';
import { Profile } from './profile.tsx';
import { Sessions } from './sessions.tsx';
import { Tokens } from './tokens.tsx';

const names = ['profile', 'pen-names', 'preferences', 'security', 'sessions', 'tokens'] as const;

const Sections = ({ account }: { account: Account }) => (
  <Routes>
    <Route index element={<Profile account={account} />} />
    <Route path="pen-names" element={<PenNames />} />
    <Route path="preferences" element={<Preferences account={account} />} />
    <Route path="security" element={<PasswordSection account={account} />} />
    <Route path="sessions" element={<Sessions />} />
    <Route path="tokens" element={<Tokens />} />
    <Route path="*" element={<Navigate to="/account" replace />} />
  </Routes>
);

/** One's own account. */
export const AccountPage = () => {
  const t = useText(accountText);
  const account = useAccount();
  const nav = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // on a phone the sections are wider than the screen: the one that is open has to be seen
  useEffect(() => {
    nav.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [pathname, t]);
  return (
    <Page title={t.title}>
      <div className={styles.layout}>
        <nav ref={nav} className={styles.nav} aria-label={t.title}>
          {names.map((name) => (
            <NavLink key={name} to={name === 'profile' ? '/account' : `/account/${name}`} end>
              {t.sections[name]}
            </NavLink>
          ))}
        </nav>
        {account ? <Sections account={account} /> : <Skeleton height="16rem" />}
      </div>
    </Page>
  );
};
