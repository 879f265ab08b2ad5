import type { ReactNode } from 'react';
import { may } from '../book/capabilities.ts';
import { PeoplePanel } from '../book/people-panel.tsx';
import { Revisions } from '../book/revisions.tsx';
import type { SidePanelProps } from './room-sides.tsx';
import { ScenePanel } from './scene-panel.tsx';

/** What stands in the panel at the side. */
export const PanelContent = ({ panel, book, scene, actions }: Omit<SidePanelProps, 'onClose'>): ReactNode => {
  if (panel === 'scene')
    return <ScenePanel scene={scene} actions={actions} mayStructure={may(book.role, 'structure')} />;
  if (panel === 'people') return <PeoplePanel book={book} mayAdminister={may(book.role, 'administer')} />;
  return <Revisions sceneId={scene.id} language={book.language} mayWrite={may(book.role, 'write')} />;
};
