export * from './book-access.ts';
export * from './endpoints.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './jobs.ts';
export * from './schemas.ts';
