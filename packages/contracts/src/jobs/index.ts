export * from './endpoints.ts';
export * from './errors.ts';
export * from './schemas.ts';
export * from './tasks.ts';
