import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { Ago } from '../ui/ago.tsx';
import { consoleText } from './console-text.ts';
import styles from './console.module.css';
import { Colour, Gaps, Look, State } from './parts.tsx';
import { type HouseView, useHouseState } from './use-console.ts';

const Release = ({ release }: { release: HouseView['releases'][number] }) => {
  const t = useText(consoleText).releases;
  const format = useFormat();
  const { ready, wanted } = release;
  return (
    <tr>
      <th scope="row">
        {release.name} <Colour colour={release.colour} />
        <span className={styles.detail}>
          {release.namespace} · {release.chart}
        </span>
      </th>
      <td>{release.version}</td>
      <td>
        {wanted === 0 ? (
          <State mood="off">{t.off}</State>
        ) : (
          <State mood={ready >= wanted ? 'good' : 'busy'}>{t.ready(format.number(ready), format.number(wanted))}</State>
        )}
      </td>
      <td>
        <Ago time={release.updatedAt} />
      </td>
    </tr>
  );
};

/** What is installed. */
export const ReleasesSection = () => {
  const t = useText(consoleText).releases;
  const query = useHouseState();
  return (
    <Look query={query}>
      {({ releases, gaps, mode }) => (
        <>
          {mode === 'kubernetes' && <p className={styles.lead}>{t.lead}</p>}
          <Gaps gaps={gaps} of={['releases']} />
          {releases.length === 0 && mode === 'kubernetes' && <p className={styles.muted}>{t.none}</p>}
          {releases.length > 0 && (
            <table className={styles.table}>
              <thead>
                <tr>
                  <th scope="col">{t.columns.name}</th>
                  <th scope="col">{t.columns.version}</th>
                  <th scope="col">{t.columns.pods}</th>
                  <th scope="col">{t.columns.updated}</th>
                </tr>
              </thead>
              <tbody>
                {releases.map((release) => (
                  <Release key={`${release.namespace}/${release.name}`} release={release} />
                ))}
              </tbody>
            </table>
          )}
        </>
      )}
    </Look>
  );
};
