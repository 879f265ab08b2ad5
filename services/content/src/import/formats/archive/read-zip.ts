import { type ImportedBook, type SourceFile, type SourceFormat, UnreadableFile } from '../../imported-book.ts';
import { startDeadline } from '../deadline.ts';
import { isDocx } from '../docx/docx-package.ts';
import { readDocxArchive } from '../docx/read-docx.ts';
import { readEpubArchive } from '../epub/read-epub.ts';
import { type Archive, openArchive } from './archive.ts';

/** What an archive is, by what is in it. */
const isEpub = ({ files, find }: Archive): boolean =>
  find('META-INF/container.xml') !== undefined || [...files.keys()].some((path) => /\.opf$/i.test(path));

const MIMETYPE_BYTES = 200;

/** Other kinds of files that are ZIP archives, and what to do with them. */
const describe = async (archive: Archive): Promise<string> => {
  const mimetype = archive.find('mimetype');
  const type = mimetype ? await archive.read(mimetype, MIMETYPE_BYTES).catch(() => null) : null;
  const declared = type ? new TextDecoder().decode(type.bytes).trim() : '';
  if (declared.includes('opendocument.text')) return 'It is an OpenDocument text (ODT). Save it as DOCX and send that.';
  if (archive.find('Index/Document.iwa'))
    return 'It is a document of Apple Pages. Export it as EPUB or Word and send that.';
  if ([...archive.files.keys()].some((path) => /^(?:xl|ppt)\//.test(path)))
    return 'It is a spreadsheet or a presentation, not a text.';
  const book = [...archive.files.keys()].find((path) => /\.(?:epub|docx|md|markdown|html?|txt)$/i.test(path));
  if (book !== undefined)
    return `It is a ZIP archive with other files in it. Unpack it and send “${book.slice(0, 100)}”.`;
  return 'It is a ZIP archive, but neither an EPUB nor a Word document is in it.';
};

/** Reads an EPUB or Word document: both are ZIP archives, and which of them it is shows only within. */
export const readZip = async ({ bytes }: SourceFile): Promise<{ format: SourceFormat; book: ImportedBook }> => {
  const archive = await openArchive(bytes);
  const deadline = startDeadline();
  if (isEpub(archive)) return { format: 'epub', book: await readEpubArchive(archive, deadline) };
  if (isDocx(archive)) return { format: 'docx', book: await readDocxArchive(archive, deadline) };
  throw new UnreadableFile(await describe(archive));
};
