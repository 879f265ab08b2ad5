import type { FilePurpose } from '@authorworks/contracts';
import { namedType, purposeRules, typeOfName } from './file-types.ts';

/** What a file says of itself, before anybody looked into it. */
export interface Claims {
  readonly name: string;
  readonly contentType?: string | null | undefined;
  readonly purpose: FilePurpose;
}

/** Types that may go by the name of another: the second is what it is kept as. */
const SAME: readonly (readonly [claimed: string, found: string, kept: string])[] = [
  ['text/markdown', 'text/plain', 'text/markdown'],
  // an .otf file may hold TrueType outlines, and the other way round
  ['font/otf', 'font/ttf', 'font/ttf'],
  ['font/ttf', 'font/otf', 'font/otf'],
  // the box is the same; only what lies in it tells them apart
  ['audio/mp4', 'video/mp4', 'audio/mp4'],
  ['video/mp4', 'audio/mp4', 'video/mp4'],
  // these are ZIP files
  ['application/zip', 'application/epub+zip', 'application/epub+zip'],
  [
    'application/zip',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  ],
  ['application/zip', 'application/vnd.oasis.opendocument.text', 'application/vnd.oasis.opendocument.text'],
];

export const claimedTypes = ({ name, contentType }: Claims): string[] =>
  [namedType(contentType), typeOfName(name)].filter((type) => type !== undefined);

/** Whether a file may be sent at all, as far as its claims and its size tell. */
export const judgeClaims = (claims: Claims, sizeBytes: number): 'fine' | 'type-not-allowed' | 'too-large' => {
  const { types, maxBytes } = purposeRules[claims.purpose];
  if (claimedTypes(claims).some((type) => !types.includes(type))) return 'type-not-allowed';
  return sizeBytes > maxBytes ? 'too-large' : 'fine';
};

export type TypeVerdict =
  | { readonly verdict: 'fine'; readonly type: string }
  | { readonly verdict: 'type-not-allowed' }
  | { readonly verdict: 'type-mismatch' };

/**
 * What a file is kept as: what was found in it, if that is what it said and what is taken for its purpose.
 * @param found undefined when its content is of no type that we know.
 */
export const judgeType = (claims: Claims, found: string | undefined): TypeVerdict => {
  const { types } = purposeRules[claims.purpose];
  let kept = found;
  for (const claimed of claimedTypes(claims)) {
    const same = SAME.find(([a, b]) => a === claimed && b === kept);
    if (same) kept = same[2];
    else if (claimed !== kept) return { verdict: 'type-mismatch' };
  }
  if (kept === undefined || !types.includes(kept)) return { verdict: 'type-not-allowed' };
  return { verdict: 'fine', type: kept };
};
