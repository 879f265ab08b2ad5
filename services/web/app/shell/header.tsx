import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Library, LogOut, Mail, Settings2, Wrench } from 'lucide-react';
import { NavLink, useNavigate } from 'react-router';
import { useHouse, useSessionStatus } from '../api/house-context.ts';
import { chooseLanguage, languages, useLanguage } from '../i18n/language.ts';
import { useText } from '../i18n/text.ts';
import { Avatar } from '../ui/avatar.tsx';
import { LinkButton } from '../ui/button.tsx';
import { Menu, MenuChoice, MenuItem, MenuLine, MenuLink } from '../ui/menu.tsx';
import { useAccount } from './account.ts';
import { Mark } from './mark.tsx';
import styles from './page.module.css';
import { shellText } from './text.ts';
import { chooseTheme, type Theme, useTheme } from './theme.ts';

const languageOptions = Object.entries(languages).map(([value, { name }]) => ({ value, label: name }));

/** Ends the session here and in all tabs, even when the house does not answer. */
const useSignOut = () => {
  const house = useHouse();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async () => await house.user.endCurrentSession(),
    onSettled: () => {
      house.session.end();
      queries.clear();
      void navigate('/');
    },
  });
};

const AccountMenu = () => {
  const t = useText(shellText);
  const account = useAccount();
  const theme = useTheme();
  const language = useLanguage();
  const signOut = useSignOut();
  const methods = useSignInMethods();
  if (!account) return null;
  return (
    <Menu
      trigger={
        <button type="button" className={styles.account} aria-label={t.accountMenu}>
          <Avatar name={account.name} id={account.id} />
        </button>
      }
    >
      <p className={styles.who}>
        {account.name}
        <span>{account.email}</span>
      </p>
      <MenuLine />
      <MenuLink to="/account" icon={<Settings2 />}>
        {t.account}
      </MenuLink>
      <MenuLink to="/books" icon={<Library />}>
        {t.books}
      </MenuLink>
      {account.roles.includes('operator') && (
        <MenuLink to="/operator" icon={<Wrench />}>
          {t.operator}
        </MenuLink>
      )}
      {methods.data?.outbox && (
        <MenuLink to="/outbox" icon={<Mail />}>
          {t.outbox}
        </MenuLink>
      )}
      <MenuLine />
      <MenuChoice
        label={t.theme}
        value={theme}
        onChange={(value) => chooseTheme(value as Theme)}
        options={[
          { value: 'system', label: t.themeSystem },
          { value: 'light', label: t.themeLight },
          { value: 'dark', label: t.themeDark },
        ]}
      />
      <MenuChoice label={t.language} value={language} onChange={chooseLanguage} options={languageOptions} />
      <MenuLine />
      <MenuItem icon={<LogOut />} onSelect={() => signOut.mutate()}>
        {t.signOut}
      </MenuItem>
    </Menu>
  );
};

export const useSignInMethods = () => {
  const house = useHouse();
  return useQuery({
    queryKey: ['sign-in-methods'],
    queryFn: async () => await house.user.readSignInMethods(),
    staleTime: 5 * 60_000,
  });
};

/** What stands at the top of every page but the writing room and the reader. */
export const Header = () => {
  const t = useText(shellText);
  const signedIn = useSessionStatus() === 'signed-in';
  return (
    <>
      <a className={styles.skip} href="#content">
        {t.skipToContent}
      </a>
      <header className={styles.header}>
        <NavLink to={signedIn ? '/shelf' : '/'} className={styles.wordmark} aria-label="AuthorWorks">
          <Mark />
          <span>AuthorWorks</span>
        </NavLink>
        <nav className={styles.links} aria-label={t.mainNavigation}>
          {signedIn && (
            <NavLink to="/shelf" className={styles.link}>
              {t.shelf}
            </NavLink>
          )}
          <NavLink to="/books" className={styles.link}>
            {t.books}
          </NavLink>
        </nav>
        {signedIn ? (
          <AccountMenu />
        ) : (
          <LinkButton to="/sign-in" look="quiet">
            {t.signIn}
          </LinkButton>
        )}
      </header>
    </>
  );
};
