import { Navigate } from 'react-router';
import { useHouse, useSessionStatus } from '../api/house-context.ts';
import { useText } from '../i18n/text.ts';
import { Header, useSignInMethods } from '../shell/header.tsx';
import { Heading } from '../shell/page.tsx';
import { LinkButton } from '../ui/button.tsx';
import { Waiting } from '../ui/progress.tsx';
import { Ornament } from './frame.tsx';
import { authText } from './text.ts';
import { Specimen } from './specimen.tsx';
import styles from './welcome.module.css';

/** The front door: what the house is, for those who are not signed in. */
export const Welcome = () => {
  const t = useText(authText);
  const status = useSessionStatus();
  const { session } = useHouse();
  const methods = useSignInMethods().data;
  if (status === 'signed-in') return <Navigate to="/shelf" replace />;
  if (status === 'unknown' && session.isLikely) return <Waiting />;
  return (
    <div className={styles.page}>
      <Header />
      <main id="content">
        <section className={styles.hero}>
          <Heading className={styles.title} title="">
            {t.heroTitle}
          </Heading>
          <Ornament className={styles.ornament} />
          <p className={styles.lead}>{t.hero}</p>
          <div className={styles.actions}>
            {methods?.signUp !== false && (
              <LinkButton look="primary" size="large" to="/sign-up">
                {t.signUp}
              </LinkButton>
            )}
            <LinkButton size="large" to="/books">
              {t.readBooks}
            </LinkButton>
          </div>
        </section>
        <Specimen />
        <section className={styles.points}>
          {t.heroPoints.map(([title, words]) => (
            <div key={title}>
              <h2>{title}</h2>
              <p>{words}</p>
            </div>
          ))}
        </section>
      </main>
    </div>
  );
};
