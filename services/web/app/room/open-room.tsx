import { useEffect, useMemo, useRef } from 'react';
import { useLocation } from 'react-router';
import { useHouse } from '../api/house-context.ts';
import { bookText } from '../book/text.ts';
import { chapterOf, namesOf } from '../book/tree.ts';
import { useText } from '../i18n/text.ts';
import { CrashBoundary } from '../shell/crash.tsx';
import { Button } from '../ui/button.tsx';
import { fetchWhenIdle } from '../ui/later.ts';
import { useLater } from '../ui/use-later.ts';
import { Desk } from './desk.tsx';
import { RoomBar } from './room-bar.tsx';
import { overlayPart, roomParts } from './room-parts.ts';
import { Navigator, SidePanel } from './room-sides.tsx';
import { roomText } from './room-text.ts';
import styles from './room.module.css';
import { saveAsFile, textOfDoc } from './save-text.ts';
import { StatusLine } from './status-line.tsx';
import { useLiveScene } from './use-live-scene.ts';
import { type OpenRoomProps, type RoomState, useRoom } from './use-room.ts';
import { useRoomKeys } from './use-room-keys.ts';
import { useTyping } from './use-typing.ts';
import { useUnreachable } from './use-unreachable.ts';

/** A button that saves the text of the scene as a file, for when the page has stumbled. */
const Rescue = ({ live, name }: { live: ReturnType<typeof useLiveScene>; name: string }) => {
  const t = useText(roomText);
  if (!live) return null;
  return (
    <Button onClick={() => void textOfDoc(live.doc).then((text) => saveAsFile(`${name}.md`, text))}>
      {t.rescueButton}
    </Button>
  );
};

interface MiddleProps extends OpenRoomProps {
  readonly room: RoomState;
  readonly names: ReadonlyMap<string, string>;
  readonly live: ReturnType<typeof useLiveScene>;
  readonly chapterName: string | undefined;
}

/** The sheet with the text. When it fails, the text can still be saved, and the rest of the room stays. */
const MiddleOfRoom = ({ room, live, book, scene, names, chapterName, account }: MiddleProps) => {
  const { at } = (useLocation().state ?? {}) as { at?: 'start' | 'end' };
  const leave = (direction: 'next' | 'previous'): boolean => {
    const target = room.neighbours[direction];
    if (target) room.goTo(target.id, direction === 'next' ? 'start' : 'end');
    return target !== undefined;
  };
  return (
    <CrashBoundary rescue={<Rescue live={live} name={names.get(scene.id) ?? 'scene'} />} resetBy={scene.id}>
      <Desk
        key={scene.id}
        book={book}
        scene={scene}
        live={live}
        names={names}
        chapterName={chapterName}
        account={account}
        actions={room.actions}
        neighbours={room.neighbours}
        startAt={at ?? (room.isNarrow ? null : 'end')}
        typewriter={room.settings.typewriter}
        finding={room.finding}
        editor={room.editor}
        onEditor={room.setEditor}
        onLeave={leave}
        onFind={room.setFinding}
        onLink={() => room.setOverlay('link')}
        onLanguage={() => room.setOverlay('language')}
      />
    </CrashBoundary>
  );
};

/** The writing room with a scene open. */
export const OpenRoom = (props: OpenRoomProps) => {
  const { book, tree, scene, account } = props;
  const house = useHouse();
  const words = useText(bookText);
  const names = useMemo(() => namesOf(tree, words), [tree, words]);
  const ref = useRef<HTMLDivElement>(null);
  const live = useLiveScene(house, scene.id);
  const room = useRoom(props);
  const { settings, setOverlay } = room;
  useTyping(ref);
  useRoomKeys(room.list, () => setOverlay('keymap'));
  const overlays = useLater(
    overlayPart,
    room.overlay !== null,
    useUnreachable(() => setOverlay(null)),
  );
  const isOpen = room.editor !== null;
  useEffect(() => (isOpen ? fetchWhenIdle(roomParts) : undefined), [isOpen]);
  useEffect(() => room.setFinding(false), [scene.id, room.setFinding]);
  const chapter = chapterOf(tree, scene.id);
  const chapterName = chapter && names.get(chapter.id);
  const navigatorOpen = room.isNarrow ? room.sheet : settings.navigator;
  return (
    <div ref={ref} className={styles.room} data-focus={settings.focus}>
      <RoomBar
        book={book}
        chapterName={chapterName}
        live={live}
        accountId={account.id}
        settings={settings}
        navigatorOpen={navigatorOpen}
        onNavigator={room.toggleNavigator}
        onPanel={(panel) => room.change((before) => ({ panel: before.panel === panel ? null : panel }))}
        onFocus={() => room.change(({ focus }) => ({ focus: !focus }))}
        onPalette={() => setOverlay('palette')}
      />
      <div className={styles.body}>
        <Navigator
          open={navigatorOpen}
          onClose={() => room.setSheet(false)}
          book={book}
          tree={tree}
          names={names}
          currentId={scene.id}
          actions={room.actions}
          onOpen={room.goTo}
          onNewScene={room.newScene}
        />
        <MiddleOfRoom {...props} room={room} names={names} live={live} chapterName={chapterName} />
        <SidePanel
          panel={settings.panel}
          onClose={() => room.change({ panel: null })}
          book={book}
          scene={scene}
          actions={room.actions}
        />
      </div>
      <footer className={styles.status}>
        <StatusLine editor={room.editor} tree={tree} scene={scene} language={book.language} />
      </footer>
      {overlays && <overlays.RoomOverlays room={room} tree={tree} names={names} />}
    </div>
  );
};
