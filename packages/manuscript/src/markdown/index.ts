export { type FromMarkdownOptions, fromMarkdown, type ReadMarkdown } from './from-markdown.ts';
export { markdownForm } from './markdown-form.ts';
export { toMarkdown } from './to-markdown.ts';
