import { useQuery } from '@tanstack/react-query';
import { useHouse } from '../api/house-context.ts';
import { useText } from '../i18n/text.ts';
import { Ago } from '../ui/ago.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Skeleton } from '../ui/progress.tsx';
import { Problem } from '../ui/state.tsx';
import { binQuery } from './book-queries.ts';
import styles from './panel.module.css';
import { treeText } from './tree-text.ts';
import type { TreeActions } from './use-tree-actions.ts';

interface BookBinProps {
  readonly bookId: string;
  readonly actions: TreeActions;
  readonly mayStructure: boolean;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
}

const BinList = ({ bookId, actions, mayStructure }: BookBinProps) => {
  const t = useText(treeText);
  const house = useHouse();
  const { data: nodes, error, refetch } = useQuery({ ...binQuery(house, bookId), staleTime: 0 });
  if (error) return <Problem compact error={error} onRetry={() => void refetch()} />;
  if (!nodes) return <Skeleton height="3rem" />;
  if (nodes.length === 0) return <p className={styles.words}>{t.binEmpty}</p>;
  return (
    <ul className={styles.people}>
      {nodes.map((node) => {
        const name = node.title || t.kinds[node.kind];
        return (
          <li key={node.id} className={styles.line}>
            <span>
              {name}{' '}
              <span className={styles.words}>
                {t.kinds[node.kind]} · {t.words(node.wordCount)} · <Ago time={node.updatedAt} />
              </span>
            </span>
            {mayStructure && (
              <Button
                size="small"
                aria-label={`${t.restore}: ${name}`}
                onClick={() => actions.restore({ id: node.id, name })}
              >
                {t.restore}
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
};

/** Parts, chapters and scenes that were put away, for 30 days. */
export const BookBin = (props: BookBinProps) => {
  const t = useText(treeText);
  return (
    <Dialog open={props.open} onOpenChange={props.onOpenChange} title={t.binTitle}>
      <BinList {...props} />
    </Dialog>
  );
};
