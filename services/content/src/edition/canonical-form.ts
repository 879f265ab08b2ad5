import { createHash } from 'node:crypto';

/** What an edition's hash is made of: the title page, the tree in reading order, and the hash of each text. */
export interface CanonicalEdition {
  readonly title: string;
  readonly subtitle: string;
  readonly authorName: string;
  readonly description: string;
  readonly language: string;
  readonly coverFileId: string | null;
  readonly nodes: readonly {
    readonly id: string;
    readonly parentId: string | null;
    readonly kind: string;
    readonly title: string;
    readonly matter: string;
    readonly hash: string | null;
  }[];
}

/**
 * SHA-256, in hex, of a manuscript in one fixed form: JSON arrays without white space, in which every text stands by
 * its own SHA-256. Two editions with the same hash have the same text to the last letter.
 */
export const hashOfEdition = (edition: CanonicalEdition): string => {
  const { title, subtitle, authorName, description, language, coverFileId, nodes } = edition;
  const form = [
    'authorworks-edition-1',
    [title, subtitle, authorName, description, language, coverFileId],
    nodes.map(({ id, parentId, kind, title, matter, hash }) => [id, parentId, kind, title, matter, hash]),
  ];
  return createHash('sha256').update(JSON.stringify(form)).digest('hex');
};
