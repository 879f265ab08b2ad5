declare module 'markdown-it-footnote' {
  import type { MarkdownIt } from 'markdown-it';

  /** Adds rules for `[^label]` and its definitions; the package has no types of its own. */
  const footnotes: (markdown: MarkdownIt) => void;
  export default footnotes;
}
