export { type FromTextOptions, fromText, type ReadText } from './from-text.ts';
export { type ToTextOptions, toText } from './to-text.ts';
