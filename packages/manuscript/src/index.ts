export * from './blocks/index.ts';
export * from './markdown/index.ts';
export * from './schema/index.ts';
export * from './sentences/index.ts';
export * from './text/index.ts';
export * from './words/index.ts';
export * from './xhtml/index.ts';
