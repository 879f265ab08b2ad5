import { useSessionStatus } from '../api/house-context.ts';
import { useText } from '../i18n/text.ts';
import { LinkButton } from '../ui/button.tsx';
import { Heading } from './page.tsx';
import styles from './not-found.module.css';
import { shellText } from './text.ts';

/** Set like a page of a book that has come loose. */
export const NotFound = () => {
  const t = useText(shellText);
  const signedIn = useSessionStatus() === 'signed-in';
  return (
    <main id="content" className={styles.page}>
      <p className={styles.folio} aria-hidden>
        404
      </p>
      <Heading className={styles.title}>{t.notFoundTitle}</Heading>
      <p className={styles.words}>{t.notFound}</p>
      <LinkButton to={signedIn ? '/shelf' : '/books'}>{signedIn ? t.toShelf : t.toBooks}</LinkButton>
    </main>
  );
};
