import type { Book, TreeNode } from '@authorworks/contracts';
import type { LiveScene } from '@authorworks/editor-client';
import type { Editor } from '@tiptap/core';
import { type RefObject, useRef } from 'react';
import { Link } from 'react-router';
import { may } from '../book/capabilities.ts';
import type { TreeActions } from '../book/use-tree-actions.ts';
import { useText } from '../i18n/text.ts';
import { Heading } from '../shell/page.tsx';
import { InlineField } from '../ui/inline-field.tsx';
import { Skeleton } from '../ui/progress.tsx';
import { Notice } from '../ui/state.tsx';
import { useLater } from '../ui/use-later.ts';
import { RescuedNotices } from './rescued-notice.tsx';
import { bubblePart, findPart } from './room-parts.ts';
import { roomText } from './room-text.ts';
import styles from './room.module.css';
import { SceneEditor } from './scene-editor.tsx';
import { Toolbar } from './toolbar.tsx';
import { useSignal } from './use-signal.ts';
import { useUnreachable } from './use-unreachable.ts';

export interface Neighbours {
  readonly previous: TreeNode | undefined;
  readonly next: TreeNode | undefined;
}

interface DeskProps {
  readonly book: Book;
  readonly scene: TreeNode;
  readonly live: LiveScene | null;
  readonly names: ReadonlyMap<string, string>;
  readonly chapterName: string | undefined;
  readonly account: { readonly id: string; readonly name: string };
  readonly actions: TreeActions;
  readonly neighbours: Neighbours;
  readonly startAt: 'start' | 'end' | null;
  readonly typewriter: boolean;
  readonly finding: boolean;
  readonly editor: Editor | null;
  readonly onEditor: (editor: Editor | null) => void;
  readonly onLeave: (direction: 'next' | 'previous') => boolean;
  readonly onFind: (open: boolean) => void;
  readonly onLink: () => void;
  readonly onLanguage: () => void;
}

const TextLoading = () => {
  const t = useText(roomText);
  return (
    <div className={styles['text-loading']} role="status" aria-label={t.loadingText}>
      {['100%', '96%', '99%', '62%', '98%', '94%', '40%'].map((width) => (
        <Skeleton key={width} height="1.1rem" width={width} />
      ))}
    </div>
  );
};

const LiveText = ({
  live,
  scroller,
  ...props
}: DeskProps & { live: LiveScene; scroller: RefObject<HTMLElement | null> }) => {
  const t = useText(roomText);
  const status = useSignal(live.status);
  const { mayWrite, role } = useSignal(live.role);
  const name = props.names.get(props.scene.id) ?? '';
  return (
    <>
      <div className={styles.notices}>
        <RescuedNotices scene={live} name={name} />
        {role !== null && !mayWrite && <Notice>{role === 'beta-reader' ? t.readOnlyNotice : t.readOnlyNow}</Notice>}
      </div>
      {status === 'connecting' ? (
        <TextLoading />
      ) : (
        <SceneEditor
          scene={live}
          name={name}
          bookId={props.book.id}
          language={props.book.language}
          account={props.account}
          editable={mayWrite && status !== 'refused'}
          startAt={props.startAt}
          scroller={scroller}
          typewriter={props.typewriter}
          onEditor={props.onEditor}
          onLeave={props.onLeave}
        />
      )}
    </>
  );
};

const Ends = ({ book, neighbours, names }: Pick<DeskProps, 'book' | 'neighbours' | 'names'>) => {
  const t = useText(roomText);
  const { previous, next } = neighbours;
  if (!previous && !next) return null;
  return (
    <nav className={styles.ends} aria-label={t.commands.scenes}>
      {previous && (
        <Link to={`/write/${book.id}/${previous.id}`}>
          <small>{t.previous}</small>
          {names.get(previous.id)}
        </Link>
      )}
      {next && (
        <Link to={`/write/${book.id}/${next.id}`}>
          <small>{t.next}</small>
          {names.get(next.id)}
        </Link>
      )}
    </nav>
  );
};

/** The sheet in the middle: the brightest thing in the room. */
export const Desk = (props: DeskProps) => {
  const { book, scene, live, names, editor, actions } = props;
  const t = useText(roomText);
  const scroller = useRef<HTMLElement>(null);
  const name = names.get(scene.id) ?? '';
  const bubble = useLater(bubblePart, editor !== null);
  const find = useLater(
    findPart,
    props.finding,
    useUnreachable(() => props.onFind(false)),
  );
  return (
    <main id="content" ref={scroller} className={styles.desk}>
      {props.finding && editor && find && <find.FindBar editor={editor} onClose={() => props.onFind(false)} />}
      <article className={styles.sheet}>
        <div className={styles.measure}>
          {may(book.role, 'write') && <Toolbar editor={editor} onFind={() => props.onFind(true)} />}
          <Heading className="visually-hidden" title={`${name} · ${book.title}`}>
            {name}
          </Heading>
          <div className={styles.title}>
            {props.chapterName && <p className={styles['chapter-name']}>{props.chapterName}</p>}
            <InlineField
              label={t.sceneTitle}
              value={scene.title}
              placeholder={name}
              maxLength={300}
              lang={book.language}
              readOnly={!may(book.role, 'structure')}
              onSave={(title) => actions.change({ id: scene.id, title })}
            />
          </div>
          {live ? <LiveText {...props} live={live} scroller={scroller} /> : <TextLoading />}
          <Ends book={book} neighbours={props.neighbours} names={names} />
        </div>
      </article>
      {editor && bubble && <bubble.Bubble editor={editor} onLink={props.onLink} onLanguage={props.onLanguage} />}
    </main>
  );
};
