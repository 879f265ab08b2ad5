import { type DocNode, manuscriptSchema } from '@authorworks/manuscript/schema';

const { nodes } = manuscriptSchema;

/** The scenes of a chapter as one text that can be written into one file. */
export interface ChapterText {
  readonly scenes: readonly DocNode[];
  /** Ids of its blocks, to which links may lead. */
  readonly blockIds: ReadonlySet<string>;
  /** Pictures that it shows, by the file ids. */
  readonly imageIds: ReadonlySet<string>;
  /** Highest level of a heading in it; 0 without any. */
  readonly topLevel: number;
  readonly picturesWithoutAlt: number;
}

interface Gathering {
  readonly blockIds: Set<string>;
  readonly imageIds: Set<string>;
  readonly hasImage: (fileId: string) => boolean;
  topLevel: number;
  picturesWithoutAlt: number;
}

/** A block that came into the chapter twice (a scene that was copied) has no id the second time: ids are unique in a file. */
const withOwnId = (node: DocNode, gathering: Gathering): DocNode['attrs'] => {
  const id: unknown = node.attrs['id'];
  if (typeof id !== 'string') return node.attrs;
  if (gathering.blockIds.has(id)) return { ...node.attrs, id: null };
  gathering.blockIds.add(id);
  return node.attrs;
};

const isOfHouse = (gathering: Gathering, fileId: unknown): fileId is string =>
  typeof fileId === 'string' && gathering.hasImage(fileId);

/** Whether a caption says anything. */
const isCaptioned = (image: DocNode): boolean => image.textContent.trim() !== '';

const gatherImage = (image: DocNode, gathering: Gathering): DocNode[] => {
  const { fileId, alt } = image.attrs;
  if (!isOfHouse(gathering, fileId)) {
    return isCaptioned(image)
      ? [nodes.paragraph.create({ id: image.attrs['id'] as string | null }, image.content)]
      : [];
  }
  gathering.imageIds.add(fileId);
  if (String(alt ?? '').trim() === '') gathering.picturesWithoutAlt += 1;
  return [image];
};

const gatherNode = (node: DocNode, gathering: Gathering): DocNode[] => {
  if (node.isText) return [node];
  const [kept] = node.type === nodes.image ? gatherImage(node, gathering) : [node];
  if (!kept) return [];
  if (kept.type === nodes.heading) {
    const level = Number(kept.attrs['level']);
    gathering.topLevel = gathering.topLevel === 0 ? level : Math.min(gathering.topLevel, level);
  }
  const attributes = withOwnId(kept, gathering);
  const children: DocNode[] = [];
  let isChanged = attributes !== kept.attrs;
  for (const child of kept.children) {
    const gathered = gatherNode(child, gathering);
    if (gathered.length !== 1 || gathered[0] !== child) isChanged = true;
    children.push(...gathered);
  }
  if (!isChanged) return [kept];
  // a quote or an entry of a list of which nothing is left
  const needsBlocks = !kept.inlineContent && kept.type !== nodes.doc && kept.childCount > 0 && children.length === 0;
  return needsBlocks ? [] : [kept.type.create(attributes, children)];
};

/** Looks through the scenes of a chapter for what the rest of the book has to know of it. */
export const gatherChapter = (docs: readonly DocNode[], hasImage: (fileId: string) => boolean): ChapterText => {
  const gathering: Gathering = {
    blockIds: new Set(),
    imageIds: new Set(),
    hasImage,
    topLevel: 0,
    picturesWithoutAlt: 0,
  };
  const scenes = docs.flatMap((doc) => gatherNode(doc, gathering));
  const { blockIds, imageIds, topLevel, picturesWithoutAlt } = gathering;
  return { scenes, blockIds, imageIds, topLevel, picturesWithoutAlt };
};
