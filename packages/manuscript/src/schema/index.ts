export { isFileId, isLanguageTag } from './attributes.ts';
export { isBlockId, newBlockId } from './block-id.ts';
export {
  type CheckedManuscript,
  checkManuscript,
  type MendedManuscript,
  mendManuscript,
} from './check-manuscript.ts';
export { cleanText } from './clean-text.ts';
export { HREF_LIMIT, isAllowedHref, normaliseHref } from './href.ts';
export { type DocNode, manuscriptSchema } from './manuscript-schema.ts';
export { directions, type ManuscriptMarkName, manuscriptMarks } from './marks.ts';
export {
  type Alignment,
  alignments,
  HEADING_LEVELS,
  type QuoteKind,
  quoteKinds,
  VERSE_INDENTS,
} from './node-attributes.ts';
export { type ManuscriptNodeName, manuscriptNodes } from './nodes.ts';
export { normaliseManuscript } from './normalise-manuscript.ts';
export { type ManuscriptLimits, type ManuscriptProblem, manuscriptLimits } from './read-manuscript.ts';
export { normalForm } from './normal-form.ts';
export { isOrnament } from './ornament.ts';
