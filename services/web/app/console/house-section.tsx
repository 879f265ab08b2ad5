import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { Ago } from '../ui/ago.tsx';
import { consoleText } from './console-text.ts';
import styles from './console.module.css';
import { Gaps, Look, Meter, State } from './parts.tsx';
import { Pods } from './pods.tsx';
import { type HouseView, useHouseState } from './use-console.ts';

const Machine = ({ node }: { node: HouseView['nodes'][number] }) => {
  const t = useText(consoleText).machines;
  const format = useFormat();
  const { usedBytes, requestedBytes, totalBytes } = node.memory;
  const taken = usedBytes ?? requestedBytes ?? 0;
  const total = format.bytes(totalBytes);
  return (
    <li className={styles.card}>
      <p className={styles.name}>
        {node.name} <span className={styles.muted}>{t.roles[node.role]}</span>
      </p>
      <State mood={node.ready ? (node.problems.length > 0 ? 'warning' : 'good') : 'danger'}>
        {node.ready ? t.ready : t.notReady}
        {node.problems.length > 0 && ` · ${node.problems.join(', ')}`}
      </State>
      <Meter label={t.memoryLabel(node.name)} share={totalBytes > 0 ? taken / totalBytes : 0} />
      <p className={styles.muted}>
        {usedBytes === null ? t.requested(format.bytes(taken), total) : t.memory(format.bytes(taken), total)}
      </p>
      <p className={styles.muted}>
        {node.arch} · {node.version}
        {node.pods !== null && ` · ${format.plural(node.pods, t.pods)}`}
      </p>
    </li>
  );
};

const Store = ({ store }: { store: HouseView['stores'][number] }) => {
  const t = useText(consoleText).stores;
  const format = useFormat();
  const { connections } = store;
  return (
    <li className={styles.card}>
      <p className={styles.name}>
        {t.names[store.name]} <span className={styles.muted}>{store.version}</span>
      </p>
      <State mood={store.ok ? 'good' : 'danger'}>
        {store.ok && store.latencyMs !== null ? t.latency(store.latencyMs) : t.down}
      </State>
      {connections && (
        <p className={styles.muted}>{t.connections(format.number(connections.open), format.number(connections.max))}</p>
      )}
      {store.sizeBytes !== null && <p className={styles.muted}>{t.size[store.name](format.bytes(store.sizeBytes))}</p>}
      {store.problem && <p className={styles.muted}>{store.problem}</p>}
    </li>
  );
};

const Service = ({ service, alone }: { service: HouseView['services'][number]; alone: boolean }) => {
  const t = useText(consoleText).services;
  const format = useFormat();
  const { inspection } = service;
  const failing = inspection?.checks.filter(({ ok }) => !ok) ?? [];
  const mood = inspection ? (failing.length > 0 ? 'danger' : 'good') : 'danger';
  return (
    <li className={styles.line}>
      <span className={styles.name}>{service.title}</span>
      <State mood={mood}>
        {inspection ? (failing.length > 0 ? t.unwell(format.list(failing.map(({ name }) => name))) : t.well) : t.silent}
      </State>
      <span className={styles.muted}>
        {inspection && (
          <>
            {inspection.version} · {t.since} <Ago time={inspection.startedAt} />
            {alone && ` · ${format.bytes(inspection.process.memoryBytes)}`}
          </>
        )}
      </span>
    </li>
  );
};

const Services = ({ house }: { house: HouseView }) => {
  const t = useText(consoleText).services;
  const format = useFormat();
  const processes = house.services.flatMap(({ inspection }) => inspection?.process ?? []);
  const [first] = processes;
  // services that share a process share its memory: it is told once
  const isShared =
    first !== undefined &&
    processes.length > 1 &&
    processes.every(({ host, pid }) => host === first.host && pid === first.pid);
  return (
    <section>
      <h2 className={styles.heading}>{t.title}</h2>
      {isShared && <p className={styles.lead}>{t.shared(format.bytes(first.memoryBytes))}</p>}
      <ul>
        {house.services.map((service) => (
          <Service key={service.name} service={service} alone={!isShared} />
        ))}
      </ul>
    </section>
  );
};

/** Machines, stores, services, pods: how the house is now. */
export const HouseSection = () => {
  const t = useText(consoleText);
  const query = useHouseState();
  return (
    <Look query={query}>
      {(house) => (
        <div className={styles.sections}>
          <section>
            <h2 className={styles.heading}>{t.machines.title}</h2>
            <Gaps gaps={house.gaps} of={['nodes', 'metrics']} />
            {house.nodes.length === 0 && <p className={styles.muted}>{t.machines.none}</p>}
            <ul className={styles.cards}>
              {house.nodes.map((node) => (
                <Machine key={node.name} node={node} />
              ))}
            </ul>
          </section>
          <section>
            <h2 className={styles.heading}>{t.stores.title}</h2>
            <ul className={styles.cards}>
              {house.stores.map((store) => (
                <Store key={store.name} store={store} />
              ))}
            </ul>
          </section>
          <Services house={house} />
          <Pods house={house} />
        </div>
      )}
    </Look>
  );
};
