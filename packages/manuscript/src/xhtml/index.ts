export type { ConversionNote } from '../schema/conversion-notes.ts';
export { type ElementStyle, readDeclarations } from './element-style.ts';
export { fromXhtml, type ReadXhtml } from './from-xhtml.ts';
export type { FromXhtmlOptions } from './reader.ts';
export { relinkManuscript } from './relink-manuscript.ts';
export { readSourceTree, type SourceChild, type SourceElement, type SourceTree } from './source-tree.ts';
export { toXhtml } from './to-xhtml.ts';
export { type XhtmlFootnote, type XhtmlOptions, type XhtmlOutput, xhtmlClasses } from './xhtml-writer.ts';
