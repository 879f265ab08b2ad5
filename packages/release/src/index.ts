export { main } from './main.ts';
export type { Entry, Phase, Release } from './journal.ts';
export { Journal, phases } from './journal.ts';
export { merged, type Values } from './values.ts';
