/** A node with the name of its parent, as the tree is kept; siblings stand in their order. */
export interface OrderedNode {
  readonly id: string;
  readonly parentId: string | null;
  readonly kind: string;
  readonly matter: string;
}

const MATTERS = ['front', 'body', 'back'];

/**
 * The nodes in the order in which a book is read: each before what it holds. In the book and its parts, front matter
 * comes before and back matter behind the body, wherever an author has left it; the scenes of a chapter stay as they are.
 */
export const inReadingOrder = <Row extends OrderedNode>(rows: readonly Row[]): Row[] => {
  const byParent = Map.groupBy(rows, ({ parentId }) => parentId);
  const walk = (parent: Row | null): Row[] => {
    const children = byParent.get(parent?.id ?? null) ?? [];
    const ordered =
      parent?.kind === 'chapter'
        ? children
        : children.toSorted((a, b) => MATTERS.indexOf(a.matter) - MATTERS.indexOf(b.matter));
    return ordered.flatMap((row) => [row, ...walk(row)]);
  };
  return walk(null);
};

/** One entry of a contents list, with the scenes that are read under it. */
export interface Chapter<Row> {
  /** Of the part or chapter; of the first scene where scenes stand outside of any chapter. */
  readonly id: string;
  readonly kind: 'part' | 'chapter';
  readonly title: string;
  readonly matter: string;
  /** 0: directly in the book; 1: in a part. */
  readonly depth: number;
  readonly partTitle: string | null;
  readonly scenes: readonly Row[];
}

interface Opened<Row> extends Chapter<Row> {
  readonly scenes: Row[];
  /** What the scenes of this entry have as their parent. */
  readonly holder: string | null;
}

/**
 * Groups nodes in reading order into what a reader sees as chapters. A part is an entry of its own, without scenes; scenes
 * that stand one behind the other outside of any chapter make one together, named by the first of them.
 */
export const groupChapters = <Row extends OrderedNode & { readonly title: string }>(
  ordered: readonly Row[],
): Chapter<Row>[] => {
  const parts = new Map<string, Row>();
  const chapters: Opened<Row>[] = [];
  for (const row of ordered) {
    const { id, title, matter, parentId } = row;
    const part = parts.get(parentId ?? '');
    const entry = { id, title, matter, depth: part ? 1 : 0, partTitle: part?.title ?? null };
    const last = chapters.at(-1);
    if (row.kind === 'part') {
      parts.set(id, row);
      chapters.push({ ...entry, kind: 'part', scenes: [], holder: id });
    } else if (row.kind === 'chapter') {
      chapters.push({ ...entry, kind: 'chapter', scenes: [], holder: id });
    } else if (
      last?.kind === 'chapter' &&
      last.holder === parentId &&
      // loose scenes stay together within one matter; those of a chapter whatever theirs is
      (last.id === parentId || last.matter === matter)
    ) {
      last.scenes.push(row);
    } else {
      chapters.push({ ...entry, kind: 'chapter', scenes: [row], holder: parentId });
    }
  }
  return chapters;
};
