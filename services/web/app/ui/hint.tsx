import type { ReactElement } from 'react';
import * as Tooltip from 'radix-ui/tooltip';
import styles from './hint.module.css';

/** Words beside a control on hover and focus. The control needs its own name: this one is only seen. */
export const Hint = ({ text, keys, children }: { text: string; keys?: string; children: ReactElement }) => (
  <Tooltip.Root>
    <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
    <Tooltip.Portal>
      <Tooltip.Content className={styles.hint} sideOffset={6} collisionPadding={8}>
        {text}
        {keys && <span className={styles.keys}>{keys}</span>}
      </Tooltip.Content>
    </Tooltip.Portal>
  </Tooltip.Root>
);

export const HintProvider = Tooltip.Provider;
