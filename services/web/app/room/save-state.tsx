import type { LiveScene, SceneStatus } from '@authorworks/editor-client';
import { useText } from '../i18n/text.ts';
import { classes } from '../ui/classes.ts';
import { roomText } from './room-text.ts';
import styles from './room.module.css';
import type { RoomWords } from './text/en.ts';
import { useSignal } from './use-signal.ts';

export interface SaveWord {
  readonly kind: 'calm' | 'going' | 'waiting' | 'wrong';
  readonly word: string;
  readonly hint: string;
}

/** The one true word about where the last words are. "Saved" means on the disk of the house. */
export const saveWordOf = (
  status: SceneStatus,
  waiting: { readonly words: number; readonly problem?: string | undefined },
  t: RoomWords['save'],
): SaveWord => {
  const { words, problem } = waiting;
  const going = { kind: 'going', word: t.saving, hint: problem ?? t.hints.saving } as const;
  const saved = { kind: 'calm', word: t.saved, hint: t.hints.saved } as const;
  const refused = { kind: 'wrong', word: t.refused, hint: problem ?? t.hints.offline } as const;
  const offline = words > 0 ? t.offlineWords(words) : t.offline;
  const byStatus: Readonly<Record<SceneStatus, SaveWord>> = {
    connecting: { kind: 'going', word: t.connecting, hint: t.hints.connecting },
    saving: going,
    synced: saved,
    saved,
    offline: { kind: 'waiting', word: offline, hint: problem ?? t.hints.offline },
    'read-only': { kind: 'calm', word: t.readOnly, hint: t.hints.readOnly },
    refused,
    closed: refused,
  };
  return byStatus[status];
};

export const SaveState = ({ scene }: { scene: LiveScene }) => {
  const t = useText(roomText).save;
  const status = useSignal(scene.status);
  const { words } = useSignal(scene.pending);
  const problem = useSignal(scene.problem);
  const { kind, word, hint } = saveWordOf(status, { words, problem: problem?.message }, t);
  return (
    // announced when it changes to something that matters, not at every keystroke
    <p
      className={classes(styles.save, styles[kind])}
      title={hint}
      role={kind === 'waiting' || kind === 'wrong' ? 'alert' : undefined}
    >
      {word}
    </p>
  );
};
