import { SaxesParser } from 'saxes';
import { fromBufferPromise } from 'yauzl';

/** The files of an archive, unpacked by another library than the one that packed them. */
export const unpack = async (bytes: Uint8Array): Promise<Map<string, Buffer>> => {
  const zip = await fromBufferPromise(Buffer.from(bytes), { lazyEntries: true });
  const files = new Map<string, Buffer>();
  for await (const entry of zip.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    files.set(entry.fileName, Buffer.concat(chunks));
  }
  return files;
};

const INLINE = new Set(['a', 'em', 'strong', 'u', 's', 'sup', 'sub', 'code', 'span']);
const SILENT = new Set(['noteref', 'backlink']);

/** The text of a page as a reader has it, in one line; numbers of notes are no text. Fails for what is not well-formed. */
export const pageText = (xhtml: string): string => {
  const parser = new SaxesParser({ xmlns: true });
  const open: { isInline: boolean; isSilent: boolean }[] = [];
  let text = '';
  let isInBody = false;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ local, attributes }) => {
    if (local === 'body') isInBody = true;
    const type = attributes['epub:type']?.value ?? '';
    const isLine = attributes['class']?.value.includes('aw-line') ?? false;
    const isInline = INLINE.has(local) && !isLine;
    open.push({ isInline, isSilent: SILENT.has(type) || (open.at(-1)?.isSilent ?? false) });
    if (!isInline) text += '\n';
  });
  parser.on('closetag', () => {
    if (open.pop()?.isInline === false) text += '\n';
  });
  parser.on('text', (part) => {
    if (isInBody && open.at(-1)?.isSilent === false) text += part;
  });
  parser.write(xhtml).close();
  return text.replaceAll(/\s+/g, ' ').trim();
};

/** The text of the chapters of a book in the order in which they are read. */
export const epubText = async (bytes: Uint8Array): Promise<string> => {
  const files = await unpack(bytes);
  const opf = files.get('EPUB/package.opf')?.toString() ?? '';
  const hrefs = new Map(
    [...opf.matchAll(/<item id="([^"]+)" href="([^"]+)"/g)].map(([, id = '', href = '']) => [id, href]),
  );
  const texts: string[] = [];
  for (const [, id = ''] of opf.matchAll(/<itemref idref="([^"]+)"/g))
    if (/^(?:chapter|part)-/.test(id)) texts.push(pageText(files.get(`EPUB/${hrefs.get(id)}`)?.toString() ?? ''));
  return texts.join(' ').replaceAll(/\s+/g, ' ').trim();
};
