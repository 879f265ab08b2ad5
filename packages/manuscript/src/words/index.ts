export { type WordCount, wordCount } from './word-count.ts';
