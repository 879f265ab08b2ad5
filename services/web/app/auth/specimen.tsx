import { useText } from '../i18n/text.ts';
import { classes } from '../ui/classes.ts';
import styles from './specimen.module.css';
import { authText } from './text.ts';

const Caret = ({ name, author }: { name: string; author: 2 | 6 }) => (
  <span className={classes(styles.caret, styles[`author-${author}`])}>
    <span>{name}</span>
  </span>
);

/** The promise as a picture: one sentence, in the manuscript that two people write and in the book that is read. */
export const Specimen = () => {
  const t = useText(authText).specimen;
  const marked = <mark className={styles.sentence}>{t.sentence}</mark>;
  return (
    <div className={styles.specimen} aria-hidden>
      <div className={styles.sheet}>
        <p className={styles.bar}>
          <span>{t.chapter}</span>
          <span>{t.saved}</span>
        </p>
        <div className={styles.text}>
          <p>{t.before}</p>
          <p>
            {marked}
            <Caret name="Maud" author={6} />
          </p>
          <p>
            {t.after}
            <Caret name="Tom" author={2} />
          </p>
        </div>
      </div>
      <div className={styles.phone}>
        <p className={styles.chapter}>{t.chapter}</p>
        <div className={styles.text}>
          <p>{marked}</p>
          <p>{t.after}</p>
        </div>
        <p className={styles.folio}>12</p>
      </div>
    </div>
  );
};
