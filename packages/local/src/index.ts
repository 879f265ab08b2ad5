export * from './house.ts';
export * from './network.ts';
