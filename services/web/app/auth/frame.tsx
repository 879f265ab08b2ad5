import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { chooseLanguage, languages, useLanguage } from '../i18n/language.ts';
import { useText } from '../i18n/text.ts';
import { Heading } from '../shell/page.tsx';
import { shellText } from '../shell/text.ts';
import styles from './frame.module.css';

/** A printer's flower of two strokes and a caret. */
export const Ornament = ({ className }: { className?: string | undefined }) => (
  <svg className={className} viewBox="0 0 96 20" fill="none" stroke="currentColor" strokeWidth="1.2" aria-hidden>
    <path d="M2 10h30M64 10h30" strokeLinecap="round" opacity="0.7" />
    <path d="m40 14 8-9 8 9" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round" />
    <circle cx="36" cy="10" r="1.4" fill="currentColor" stroke="none" />
    <circle cx="60" cy="10" r="1.4" fill="currentColor" stroke="none" />
  </svg>
);

const Languages = () => {
  const current = useLanguage();
  return (
    <div className={styles.languages}>
      {Object.entries(languages).map(([tag, { name }]) => (
        <button key={tag} type="button" lang={tag} aria-current={tag === current} onClick={() => chooseLanguage(tag)}>
          {name}
        </button>
      ))}
    </div>
  );
};

interface FrameProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly foot?: ReactNode;
  readonly children: ReactNode;
}

/** The book's cover on one side, the form on the other. */
export const AuthFrame = ({ title, lead, foot, children }: FrameProps) => {
  const shell = useText(shellText);
  return (
    <div className={styles.frame}>
      <header className={styles.cloth}>
        <div className={styles.rules}>
          <Link className={styles.name} to="/">
            AuthorWorks
          </Link>
          <Ornament className={styles.ornament} />
          <p className={styles.tagline}>{shell.tagline}</p>
        </div>
      </header>
      <main id="content" className={styles.side}>
        <div className={styles.form}>
          <div>
            <Heading className={styles.title}>{title}</Heading>
            {lead && <p className={styles.lead}>{lead}</p>}
          </div>
          {children}
          <footer className={styles.foot}>
            <span>{foot}</span>
            <Languages />
          </footer>
        </div>
      </main>
    </div>
  );
};

export const Fields = ({ children }: { children: ReactNode }) => <div className={styles.fields}>{children}</div>;

export const Or = ({ children }: { children: ReactNode }) => <p className={styles.or}>{children}</p>;
