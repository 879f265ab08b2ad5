import type { LiveScene, RescuedCopy } from '@authorworks/editor-client';
import { useText } from '../i18n/text.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/state.tsx';
import { useToast } from '../ui/toast.tsx';
import { roomText } from './room-text.ts';
import styles from './room.module.css';
import { saveAsFile, textOfState } from './save-text.ts';
import { useSignal } from './use-signal.ts';

const Copy = ({ copy, scene, name }: { copy: RescuedCopy; scene: LiveScene; name: string }) => {
  const t = useText(roomText).rescued;
  const toast = useToast();
  const toClipboard = async (): Promise<void> => {
    await navigator.clipboard.writeText(await textOfState(copy.state));
    toast({ message: t.copied });
  };
  return (
    <Notice kind="danger" live>
      <p>
        <strong>{t.title(copy.words)}</strong>
      </p>
      <p>{t.lead}</p>
      <div className={styles['find-row']}>
        <Button
          size="small"
          onClick={() => void textOfState(copy.state).then((text) => saveAsFile(`${name}.md`, text))}
        >
          {t.download}
        </Button>
        <Button size="small" onClick={() => void toClipboard()}>
          {t.copy}
        </Button>
        <Button size="small" look="quiet" onClick={() => scene.discard(copy)}>
          {t.discard}
        </Button>
      </div>
    </Notice>
  );
};

/** Words that the house could not take: kept until they are brought to safety or thrown away. */
export const RescuedNotices = ({ scene, name }: { scene: LiveScene; name: string }) => {
  const t = useText(roomText).rescued;
  const copies = useSignal(scene.rescued);
  const status = useSignal(scene.status);
  const problem = useSignal(scene.problem);
  return (
    <>
      {copies.map((copy) => (
        <Copy key={copy.at.getTime()} copy={copy} scene={scene} name={name} />
      ))}
      {status === 'refused' && (
        <Notice kind="warning" live>
          {problem?.message}{' '}
          <Button size="small" onClick={() => scene.reload()}>
            {t.reload}
          </Button>
        </Notice>
      )}
    </>
  );
};
