import { Component, type ErrorInfo, type ReactNode } from 'react';
import { useText } from '../i18n/text.ts';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/state.tsx';
import { uiText } from '../ui/text.ts';
import styles from './crash.module.css';
import { shellText } from './text.ts';

/** A part of the app that could not be fetched: offline, or a newer version was put up meanwhile. */
const isMissingPart = (error: unknown): boolean =>
  error instanceof Error && /dynamically imported module|module script|preload/i.test(error.message);

const CrashView = ({ error, onRetry, rescue }: { error: Error; onRetry: () => void; rescue?: ReactNode }) => {
  const t = useText(shellText);
  const ui = useText(uiText);
  if (isMissingPart(error)) {
    return (
      <main id="content">
        <Empty
          as="h1"
          title={ui.offlineTitle}
          actions={
            <Button look="primary" onClick={() => location.reload()}>
              {t.reload}
            </Button>
          }
        >
          {ui.offline}
        </Empty>
      </main>
    );
  }
  return (
    <main id="content" role="alert">
      <Empty
        as="h1"
        title={t.crashTitle}
        actions={
          <>
            <Button look="primary" onClick={onRetry}>
              {ui.tryAgain}
            </Button>
            <Button onClick={() => location.reload()}>{t.reload}</Button>
            {rescue}
          </>
        }
      >
        <p>{t.crash}</p>
      </Empty>
      <details className={styles.details}>
        <summary>{t.crashDetails}</summary>
        <pre>{`${error.name}: ${error.message}`}</pre>
      </details>
    </main>
  );
};

interface CrashProps {
  readonly children: ReactNode;
  /** A button that brings unsaved work to safety. */
  readonly rescue?: ReactNode;
  /** A new value clears the failure: the path. */
  readonly resetBy?: string;
}

/** Catches what a page could not do; the rest of the house and what was written stay. */
export class CrashBoundary extends Component<CrashProps, { error: Error | null }> {
  override state: { error: Error | null } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo): void {
    reportError(
      Object.assign(error instanceof Error ? error : new Error(String(error)), { componentStack: info.componentStack }),
    );
  }

  override componentDidUpdate(before: CrashProps): void {
    if (this.state.error && before.resetBy !== this.props.resetBy) this.setState({ error: null });
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return <CrashView error={error} onRetry={() => this.setState({ error: null })} rescue={this.props.rescue} />;
  }
}
