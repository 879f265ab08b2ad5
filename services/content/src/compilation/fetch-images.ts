import type { ImportNote, StoredFile } from '@authorworks/contracts';
import type { z } from 'zod';
import type { CompilableImage } from '../compile/compilable-book.ts';
import type { ContentContext } from '../context.ts';
import { findPictures } from '../image/find-pictures.ts';
import type { CompilableSource } from './compilable-source.ts';

/** All pictures of a file together; more would not fit into the memory of a pod. */
const BUDGET_BYTES = 192 * 1024 * 1024;

type Note = z.input<typeof ImportNote>;

const lost = (count: number, message: string): Note[] =>
  count === 0 ? [] : [{ severity: 'lost', code: 'image-lost', message, where: '', count }];

/** The pictures that go into a file, in a fixed order, and what is said of those that do not. */
export interface ChosenImages {
  readonly files: readonly StoredFile[];
  readonly notes: readonly Note[];
}

/** Looks which of the pictures of a source may be shown and are not too many. */
export const chooseImages = async (context: ContentContext, source: CompilableSource): Promise<ChosenImages> => {
  const inTexts = source.nodes.flatMap(({ imageFileIds }) => imageFileIds);
  const named = new Set(source.coverFileId === null ? inTexts : [source.coverFileId, ...inTexts]);
  const frozen = source.imageFileIds && new Set(source.imageFileIds);
  const wanted = [...named].filter((id) => !frozen || frozen.has(id));
  const pictures = await findPictures(context, source.bookId, wanted);
  const found = new Map<string, StoredFile>(pictures.map((file) => [file.id, file]));
  const files: StoredFile[] = [];
  let bytes = 0;
  let tooMany = 0;
  for (const id of wanted) {
    const file = found.get(id);
    if (!file) continue;
    bytes += file.sizeBytes;
    if (bytes <= BUDGET_BYTES) files.push(file);
    else tooMany += 1;
  }
  const missing = named.size - files.length - tooMany;
  const notes = [
    ...lost(missing, 'A picture is gone or does not belong to this book.'),
    ...lost(tooMany, 'A picture was left out, because all together are larger than 192 MB.'),
  ];
  return { files, notes };
};

/** @throws ApiError when storage does not answer. */
export const fetchImages = async (
  { storage }: Pick<ContentContext, 'storage'>,
  files: readonly StoredFile[],
  options: { readonly signal: AbortSignal; readonly onFetched: (count: number) => void },
): Promise<CompilableImage[]> => {
  const images: CompilableImage[] = [];
  for (const { id, name, contentType, width, height } of files) {
    const response = await storage.getFileContent({ params: { fileId: id } }, { signal: options.signal });
    const bytes = new Uint8Array(await response.arrayBuffer());
    images.push({ fileId: id, name, contentType, bytes, width, height });
    options.onFetched(images.length);
  }
  return images;
};
