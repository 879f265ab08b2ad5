export { blockText } from '../schema/block-text.ts';
export { diffSentences, type SentenceDiff, type SentencePair } from './diff-sentences.ts';
export {
  type BlockSentences,
  type Sentence,
  sentenceSpans,
  sentencesOf,
  sentencesOfManuscript,
} from './sentences-of.ts';
