import { openText, type SealedText, sealText } from '../scene/sealed-text.ts';

interface JsonNode {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly content?: readonly JsonNode[];
}

/** A picture under its new name; without one its caption stays as a paragraph, or nothing. */
const renameImage = (image: JsonNode, fileIds: ReadonlyMap<string, string>): JsonNode[] => {
  const fileId = fileIds.get(String(image.attrs?.['fileId']));
  if (fileId !== undefined) return [{ ...image, attrs: { ...image.attrs, fileId } }];
  return image.content?.length ? [{ type: 'paragraph', content: image.content }] : [];
};

const rename = (node: JsonNode, fileIds: ReadonlyMap<string, string>): JsonNode => {
  if (!node.content) return node;
  const content = node.content.flatMap((child) =>
    child.type === 'image' ? renameImage(child, fileIds) : [rename(child, fileIds)],
  );
  return { ...node, content };
};

/** The text with its pictures named by the files that they were stored as. Others are left out, but for their captions. */
export const renameImages = (text: SealedText, fileIds: ReadonlyMap<string, string>): SealedText => {
  if (text.imageFileIds.length === 0) return text;
  return sealText(openText(rename(JSON.parse(text.doc) as JsonNode, fileIds)));
};
