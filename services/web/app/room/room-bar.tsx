import type { Book } from '@authorworks/contracts';
import type { LiveScene } from '@authorworks/editor-client';
import { Command, Focus, History, PanelLeft, StickyNote, Users } from 'lucide-react';
import { Link } from 'react-router';
import { useText } from '../i18n/text.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { keyText } from './key-names.ts';
import { PresenceRow } from './presence.tsx';
import { roomText } from './room-text.ts';
import styles from './room.module.css';
import { SaveState } from './save-state.tsx';
import type { PanelName, RoomSettings } from './use-room-settings.ts';

interface RoomBarProps {
  readonly book: Book;
  readonly chapterName: string | undefined;
  readonly live: LiveScene | null;
  readonly accountId: string;
  readonly settings: RoomSettings;
  readonly navigatorOpen: boolean;
  readonly onNavigator: () => void;
  readonly onPanel: (panel: PanelName) => void;
  readonly onFocus: () => void;
  readonly onPalette: () => void;
}

const panels = [
  ['scene', StickyNote, 'Alt-2'],
  ['people', Users, 'Alt-3'],
  ['revisions', History, 'Alt-4'],
] as const;

/** The edge above the text: where one is, whether it is saved, who is here, and what can be called. */
export const RoomBar = (props: RoomBarProps) => {
  const { book, live, settings } = props;
  const t = useText(roomText);
  return (
    <header className={styles.bar}>
      <div className={styles['bar-start']}>
        <IconButton
          label={props.navigatorOpen ? t.hideNavigator : t.showNavigator}
          keys={keyText('Alt-1')}
          aria-expanded={props.navigatorOpen}
          onClick={props.onNavigator}
        >
          <PanelLeft />
        </IconButton>
        <p className={styles.crumbs}>
          <Link className={styles['crumb-book']} to={`/shelf/${book.id}`} title={t.back} dir="auto">
            {book.title}
          </Link>
          {props.chapterName && (
            <span className={styles['crumb-chapter']} dir="auto">
              {props.chapterName}
            </span>
          )}
        </p>
      </div>
      <div className="keep">{live && <SaveState scene={live} />}</div>
      <div className={styles['bar-end']}>
        {live && <PresenceRow scene={live} accountId={props.accountId} />}
        {panels.map(([panel, Icon, keys]) => (
          <IconButton
            key={panel}
            label={t.panels[panel]}
            keys={keyText(keys)}
            aria-expanded={settings.panel === panel}
            onClick={() => props.onPanel(panel)}
          >
            <Icon />
          </IconButton>
        ))}
        <IconButton
          label={t.commands.focus}
          keys={keyText('Alt-5')}
          aria-pressed={settings.focus}
          className={styles['only-wide'] ?? ''}
          onClick={props.onFocus}
        >
          <Focus />
        </IconButton>
        <IconButton label={t.commands.palette} keys={keyText('Mod-k')} onClick={props.onPalette}>
          <Command />
        </IconButton>
      </div>
    </header>
  );
};
