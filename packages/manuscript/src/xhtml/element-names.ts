import type { ConversionNoteCode } from '../schema/conversion-notes.ts';

const names = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const BLOCKS = names(
  'html body address article aside blockquote caption center dd details dialog dir div dl dt fieldset figcaption figure ' +
    'footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend li main menu nav ol p pre section summary table tbody td tfoot ' +
    'th thead tr ul',
);

/** Whether an element begins and ends a line. */
export const isBlockName = (name: string): boolean => BLOCKS.has(name);

export const isHeadingName = (name: string): boolean => /^h[1-6]$/.test(name);

/** Elements that are left out with all that they contain, and what is noted. */
const DROPPED: ReadonlyMap<string, ConversionNoteCode | null> = new Map<string, ConversionNoteCode | null>([
  ['script', 'script-removed'],
  ['style', 'script-removed'],
  ['head', null],
  ['title', null],
  ['meta', null],
  ['link', null],
  ['base', null],
  ['template', null],
  ['noscript', null],
  ['epub:case', null],
  ['rp', null],
  ['iframe', 'media-lost'],
  ['frame', 'media-lost'],
  ['frameset', 'media-lost'],
  ['noframes', null],
  ['object', 'media-lost'],
  ['embed', 'media-lost'],
  ['noembed', null],
  ['applet', 'media-lost'],
  ['audio', 'media-lost'],
  ['video', 'media-lost'],
  ['canvas', 'media-lost'],
  ['input', 'form-lost'],
  ['select', 'form-lost'],
  ['textarea', 'form-lost'],
  ['button', 'form-lost'],
  ['option', 'form-lost'],
  ['datalist', 'form-lost'],
]);

/** The note for an element that is left out; `null`: none is needed; `undefined`: it is not left out. */
export const droppedAs = (name: string): ConversionNoteCode | null | undefined => DROPPED.get(name);
