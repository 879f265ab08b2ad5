import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { consoleText } from './console-text.ts';
import styles from './console.module.css';
import { Colour, Gaps, type Mood, State } from './parts.tsx';
import type { HouseView } from './use-console.ts';

type PodView = HouseView['pods'][number];

const moodOf = ({ phase, ready, restarts }: PodView): Mood => {
  if (phase === 'Succeeded') return 'off';
  if (phase === 'Failed') return 'danger';
  if (ready) return restarts > 0 ? 'warning' : 'good';
  return phase === 'Pending' || phase === 'Terminating' ? 'busy' : 'danger';
};

const Pod = ({ pod }: { pod: PodView }) => {
  const t = useText(consoleText).pods;
  const format = useFormat();
  const { usedBytes, limitBytes } = pod.memory;
  const limit = limitBytes === null ? null : format.bytes(limitBytes);
  const used = usedBytes === null ? null : format.bytes(usedBytes);
  return (
    <tr>
      <th scope="row">
        {pod.service} <Colour colour={pod.colour} />
        <span className={styles.detail}>{pod.name}</span>
      </th>
      <td>
        <State mood={moodOf(pod)}>
          {pod.ready && pod.phase === 'Running' ? t.ready : pod.phase}
          {pod.restarts > 0 && ` · ${format.plural(pod.restarts, t.restarts)}`}
          {pod.reason && ` · ${pod.reason}`}
        </State>
      </td>
      <td>{pod.node}</td>
      <td>{used === null ? limit && t.upTo(limit) : limit === null ? used : t.of(used, limit)}</td>
    </tr>
  );
};

const byService = (a: PodView, b: PodView): number =>
  a.namespace.localeCompare(b.namespace) ||
  a.service.localeCompare(b.service) ||
  (a.colour ?? '').localeCompare(b.colour ?? '') ||
  a.name.localeCompare(b.name);

/** Pods by service and house. */
export const Pods = ({ house }: { house: HouseView }) => {
  const t = useText(consoleText).pods;
  const groups = Map.groupBy(house.pods.toSorted(byService), ({ namespace }) => namespace);
  return (
    <section>
      <h2 className={styles.heading}>{t.title}</h2>
      <Gaps gaps={house.gaps} of={['pods']} />
      {house.pods.length === 0 && house.mode === 'kubernetes' && <p className={styles.muted}>{t.none}</p>}
      {[...groups].map(([namespace, pods]) => (
        <table key={namespace} className={styles.table}>
          <caption>{namespace}</caption>
          <thead>
            <tr>
              <th scope="col">{t.columns.service}</th>
              <th scope="col">{t.columns.state}</th>
              <th scope="col">{t.columns.node}</th>
              <th scope="col">{t.columns.memory}</th>
            </tr>
          </thead>
          <tbody>
            {pods.map((pod) => (
              <Pod key={pod.name} pod={pod} />
            ))}
          </tbody>
        </table>
      ))}
    </section>
  );
};
