import type { LiveScene } from '@authorworks/editor-client';
import { useEffect, useRef, useState } from 'react';
import type { Awareness } from 'y-protocols/awareness';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { Avatar } from '../ui/avatar.tsx';
import { Hint } from '../ui/hint.tsx';
import type { Presence } from './editor/carets.ts';
import { roomText } from './room-text.ts';
import styles from './room.module.css';
import { useSignal } from './use-signal.ts';

interface Person {
  readonly id: string;
  readonly name: string;
}

/** Everybody else in the scene, each once, however many windows they have open. */
export const othersIn = (awareness: Awareness, ownAccountId: string): Person[] => {
  const people = new Map<string, Person>();
  for (const [client, state] of awareness.getStates()) {
    const user = (state as { user?: Partial<Presence> }).user;
    if (client === awareness.clientID || typeof user?.accountId !== 'string' || user.accountId === ownAccountId)
      continue;
    people.set(user.accountId, { id: user.accountId, name: typeof user.name === 'string' ? user.name : '?' });
  }
  return [...people.values()].toSorted((a, b) => a.name.localeCompare(b.name));
};

const useOthers = (awareness: Awareness, ownAccountId: string): readonly Person[] => {
  const [others, setOthers] = useState<readonly Person[]>([]);
  useEffect(() => {
    const look = (): void =>
      setOthers((before) => {
        const now = othersIn(awareness, ownAccountId);
        const same =
          now.length === before.length &&
          now.every(({ id, name }, index) => before[index]?.id === id && before[index]?.name === name);
        return same ? before : now;
      });
    look();
    awareness.on('change', look);
    return () => awareness.off('change', look);
  }, [awareness, ownAccountId]);
  return others;
};

/** Who came and who left, for those who do not see the avatars. */
const useComings = (others: readonly Person[]): string => {
  const t = useText(roomText);
  const before = useRef(others);
  const [news, setNews] = useState('');
  useEffect(() => {
    const came = others.find(({ id }) => !before.current.some((person) => person.id === id));
    const left = before.current.find(({ id }) => !others.some((person) => person.id === id));
    before.current = others;
    if (came) setNews(t.joined(came.name));
    else if (left) setNews(t.left(left.name));
  }, [others, t]);
  return news;
};

const SHOWN = 4;

export const PresenceRow = ({ scene, accountId }: { scene: LiveScene; accountId: string }) => {
  const t = useText(roomText);
  const format = useFormat();
  const { awareness } = useSignal(scene.document);
  const others = useOthers(awareness, accountId);
  const news = useComings(others);
  return (
    <>
      {others.length > 0 && (
        <Hint text={format.list(others.map(({ name }) => name))}>
          <div
            className={styles.presence}
            tabIndex={0}
            role="img"
            aria-label={t.alsoHere(format.list(others.map(({ name }) => name)))}
          >
            {others.slice(0, SHOWN).map((person) => (
              <Avatar key={person.id} name={person.name} id={person.id} />
            ))}
            {others.length > SHOWN && <span className={styles.more}>+{others.length - SHOWN}</span>}
          </div>
        </Hint>
      )}
      <span className="visually-hidden" role="status">
        {news}
      </span>
    </>
  );
};
