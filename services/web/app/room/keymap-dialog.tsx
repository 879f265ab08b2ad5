import { useText } from '../i18n/text.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Keys } from './palette.tsx';
import type { RoomAction } from './room-actions.ts';
import { roomText } from './room-text.ts';
import styles from './room.module.css';

const List = ({ title, actions }: { title: string; actions: readonly RoomAction[] }) => (
  <section>
    <h3>{title}</h3>
    <ul>
      {actions.map(({ id, label, keys }) =>
        keys ? (
          <li key={id}>
            {label}
            <Keys keys={keys} />
          </li>
        ) : null,
      )}
    </ul>
  </section>
);

/** The map of the keyboard. */
export const KeymapDialog = ({ actions, onClose }: { actions: readonly RoomAction[]; onClose: () => void }) => {
  const t = useText(roomText);
  return (
    <Dialog open wide onOpenChange={onClose} title={t.keymap.title}>
      {/* longer than a small screen: the keyboard must be able to scroll it */}
      <div className={styles.keymap} role="group" aria-label={t.keymap.title} tabIndex={0}>
        <List title={t.commands.room} actions={actions.filter(({ group }) => group === 'room')} />
        <List title={t.commands.text} actions={actions.filter(({ group }) => group === 'text')} />
        <section>
          <h3>{t.keymap.typing}</h3>
          <ul>
            {t.keymap.rules.map(([typed, becomes]) => (
              <li key={typed}>
                {becomes}
                <kbd>{typed}</kbd>
              </li>
            ))}
          </ul>
          <p>{t.keymap.undoRule}</p>
          <p>{t.keymap.ends}</p>
        </section>
      </div>
    </Dialog>
  );
};
