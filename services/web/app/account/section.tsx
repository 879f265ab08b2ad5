import type { ReactNode } from 'react';
import styles from './account.module.css';

/** One section of the account. */
export const Section = ({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) => (
  <section className={styles.section}>
    <h2>{title}</h2>
    {lead && <p className={styles.lead}>{lead}</p>}
    {children}
  </section>
);
