import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation } from 'react-router';
import { classes } from '../ui/classes.ts';
import styles from './page.module.css';

export const useDocumentTitle = (title: string): void => {
  useEffect(() => {
    document.title = title === '' ? 'AuthorWorks' : `${title} · AuthorWorks`;
  }, [title]);
};

let navigations = 0;

/** Counts changes of the path, so that the first page does not steal the focus from the address bar. */
export const useNavigationCount = (): void => {
  const { pathname } = useLocation();
  const last = useRef(pathname);
  if (last.current !== pathname) {
    last.current = pathname;
    navigations += 1;
  }
};

interface HeadingProps {
  readonly children: ReactNode;
  readonly className?: string | undefined;
  /** For the tab and for history; the heading's text when absent. */
  readonly title?: string;
}

/** The h1 of a page. After a navigation it takes the focus, so that screen readers begin there. */
export const Heading = ({ children, className, title }: HeadingProps) => {
  const ref = useRef<HTMLHeadingElement>(null);
  useDocumentTitle(title ?? (typeof children === 'string' ? children : ''));
  useEffect(() => {
    if (navigations > 0) ref.current?.focus({ preventScroll: true });
  }, []);
  return (
    <h1 ref={ref} tabIndex={-1} className={className ?? styles.heading}>
      {children}
    </h1>
  );
};

interface PageProps {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly narrow?: boolean;
  readonly children: ReactNode;
}

/** A page with its heading at the top: shelf, account, operator. */
export const Page = ({ title, actions, narrow, children }: PageProps) => (
  <main id="content" className={classes(styles.main, narrow && styles.narrow)}>
    <div className={styles.top}>
      <Heading>{title}</Heading>
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
    {children}
  </main>
);

/** A page that lays itself out. */
export const Main = ({ children, narrow }: { children: ReactNode; narrow?: boolean }) => (
  <main id="content" className={classes(styles.main, narrow && styles.narrow)}>
    {children}
  </main>
);
