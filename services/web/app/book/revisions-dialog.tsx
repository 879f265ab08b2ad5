import { useText } from '../i18n/text.ts';
import { Dialog } from '../ui/dialog.tsx';
import { pageText } from './page-text.ts';
import { Revisions } from './revisions.tsx';

interface RevisionsDialogProps {
  readonly sceneId: string;
  readonly name: string;
  readonly language: string;
  readonly mayWrite: boolean;
  readonly onClose: () => void;
}

export const RevisionsDialog = ({ name, onClose, ...scene }: RevisionsDialogProps) => {
  const t = useText(pageText).revisions;
  return (
    <Dialog open wide onOpenChange={onClose} title={t.title(name)} description={t.lead}>
      <Revisions {...scene} />
    </Dialog>
  );
};
