import { BellOff } from 'lucide-react';
import { useState } from 'react';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { Ago } from '../ui/ago.tsx';
import { Switch } from '../ui/choice.tsx';
import { classes } from '../ui/classes.ts';
import { Empty } from '../ui/state.tsx';
import { consoleText } from './console-text.ts';
import styles from './console.module.css';
import { Gaps, Look, State } from './parts.tsx';
import { useEvents } from './use-console.ts';

/** What Kubernetes has noticed. */
export const EventsSection = () => {
  const t = useText(consoleText).events;
  const format = useFormat();
  const query = useEvents();
  const [warningsOnly, setWarningsOnly] = useState(false);
  return (
    <Look query={query}>
      {({ events, gaps }) => {
        const shown = events.filter(({ kind }) => !warningsOnly || kind === 'warning');
        const isOneProcess = gaps.some(({ why }) => why === 'one-process');
        return (
          <>
            <Gaps gaps={gaps} of={['events']} />
            {!isOneProcess && (
              <div className={styles.top}>
                <p className={styles.lead}>{t.lead}</p>
                <Switch label={t.warningsOnly} checked={warningsOnly} onChange={setWarningsOnly} />
              </div>
            )}
            {!isOneProcess && shown.length === 0 && (
              <Empty compact picture={<BellOff />} title={t.none}>
                {t.noneLead}
              </Empty>
            )}
            <ul>
              {shown.map((event) => (
                <li key={event.id} className={styles.line}>
                  <span className={styles.name}>{event.object}</span>
                  <State mood={event.kind === 'warning' ? 'warning' : 'off'}>{event.reason}</State>
                  <span className={styles.muted}>
                    {event.namespace} · <Ago time={event.at} />
                    {event.count > 1 && ` · ${format.plural(event.count, t.times)}`}
                  </span>
                  <span className={classes(styles.words, styles.wide)}>{event.message}</span>
                </li>
              ))}
            </ul>
          </>
        );
      }}
    </Look>
  );
};
