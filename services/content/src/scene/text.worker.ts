import { type ComposedText, composeText, renderText, type WrittenText } from './compose-text.ts';
import { openText, type SealedText, sealText } from './sealed-text.ts';

/** What threads do with long texts. */
export interface TextTasks {
  readonly compose: { readonly written: WrittenText; readonly current: string };
  readonly render: { readonly kept: string; readonly format: 'markdown' | 'text' };
  readonly seal: { readonly doc: unknown };
}

export interface TextResults {
  readonly compose: ComposedText;
  readonly render: string;
  readonly seal: SealedText;
}

export type TextTask = { [K in keyof TextTasks]: { readonly do: K } & TextTasks[K] }[keyof TextTasks];

/** Also called for short texts, outside of any thread. */
export const doTextTask = (task: TextTask): TextResults[keyof TextResults] => {
  if (task.do === 'compose') return composeText(task.written, task.current);
  if (task.do === 'render') return renderText(task.kept, task.format);
  return sealText(openText(task.doc));
};

// oxlint-disable-next-line import/no-default-export -- a thread's module is called by its default export
export default doTextTask;
