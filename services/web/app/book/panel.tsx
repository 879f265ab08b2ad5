import { type ReactNode, useId } from 'react';
import styles from './panel.module.css';

/** One thing beside the manuscript: goal, people, readers, files. */
export const Panel = ({ title, children }: { title: string; children: ReactNode }) => {
  const id = useId();
  return (
    <section className={styles.panel} aria-labelledby={id}>
      <h2 id={id} className={styles.title}>
        {title}
      </h2>
      {children}
    </section>
  );
};
