import type { TreeNode } from '@authorworks/contracts';
import { useEffect, useState } from 'react';
import { treeText } from '../book/tree-text.ts';
import type { TreeActions } from '../book/use-tree-actions.ts';
import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.ts';
import { Ago } from '../ui/ago.tsx';
import { Choice } from '../ui/choice.tsx';
import { TextArea } from '../ui/field.tsx';
import { roomText } from './room-text.ts';
import styles from './room.module.css';

interface ScenePanelProps {
  readonly scene: TreeNode;
  readonly actions: TreeActions;
  readonly mayStructure: boolean;
}

const statuses = ['outline', 'draft', 'revised', 'final'] as const;

/** What is known of the scene beside its text. */
export const ScenePanel = ({ scene, actions, mayStructure }: ScenePanelProps) => {
  const t = useText(roomText).panels;
  const tree = useText(treeText);
  const format = useFormat();
  const [synopsis, setSynopsis] = useState(scene.synopsis);
  useEffect(() => setSynopsis(scene.synopsis), [scene.id, scene.synopsis]);
  return (
    <div className={styles['panel-body']}>
      <TextArea
        label={t.synopsis}
        hint={t.synopsisHint}
        rows={5}
        maxLength={5000}
        readOnly={!mayStructure}
        value={synopsis}
        onChange={(event) => setSynopsis(event.target.value)}
        onBlur={() => {
          if (synopsis !== scene.synopsis) actions.change({ id: scene.id, synopsis });
        }}
      />
      {mayStructure ? (
        <Choice
          label={t.status}
          value={scene.status}
          options={statuses.map((value) => ({ value, label: tree.statuses[value] }))}
          onChange={(status) => actions.change({ id: scene.id, status })}
        />
      ) : (
        <p>
          {t.status}: {tree.statuses[scene.status]}
        </p>
      )}
      <p className={styles['crumb-chapter']}>
        {t.words}: {format.number(scene.wordCount)} · {t.changed} <Ago time={scene.updatedAt} />
      </p>
    </div>
  );
};
