import { UnreadableFile } from '../../imported-book.ts';
import type { Archive } from '../archive/archive.ts';
import type { Deadline } from '../deadline.ts';
import { decodeText } from '../decode-text.ts';
import { childrenOf, readXml, type XmlElement, type XmlOptions } from '../xml/xml-tree.ts';

/** Where a relationship of a part leads. */
export interface Relationship {
  /** The last step of its type, such as `image`, `hyperlink`, `footnotes`. */
  readonly type: string;
  /** A path in the archive; an address when it is external. */
  readonly target: string;
  readonly isExternal: boolean;
}

/** A Word document: a ZIP archive of XML parts that name each other. */
export interface DocxPackage {
  readonly archive: Archive;
  readonly deadline: Deadline;
  /** Path of the main document. */
  readonly mainPath: string;
  /** Relationships of a part by their ids. */
  readonly relationsOf: (path: string) => Promise<ReadonlyMap<string, Relationship>>;
  /** A part as a tree; null when it is not there. */
  readonly readPart: (path: string, stream?: XmlOptions['stream']) => Promise<XmlElement | null>;
}

/** The largest part is the text of the whole book with Word's markup around each word. */
const PART_LIMIT_BYTES = 96 * 1024 * 1024;
const MAIN_PATH = 'word/document.xml';

/** A target is relative to the part that names it, or absolute within the archive. */
const resolveTarget = (from: string, target: string): string => {
  const steps = target.startsWith('/') ? [] : from.split('/').slice(0, -1);
  for (const step of target.replaceAll('\\', '/').split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.join('/');
};

const relationshipsIn = (root: XmlElement | null, from: string): Map<string, Relationship> => {
  const found = new Map<string, Relationship>();
  for (const { attributes } of childrenOf(root ?? undefined, 'Relationship')) {
    const { Id: id, Type: type = '', Target: target = '', TargetMode: mode } = attributes;
    const isExternal = mode?.toLowerCase() === 'external';
    if (id !== undefined)
      found.set(id, {
        type: type.slice(type.lastIndexOf('/') + 1),
        target: isExternal ? target : resolveTarget(from, target),
        isExternal,
      });
  }
  return found;
};

const relationsPath = (path: string): string => {
  const slash = path.lastIndexOf('/') + 1;
  return `${path.slice(0, slash)}_rels/${path.slice(slash)}.rels`;
};

/** Whether an archive holds a Word document, or a template or one with macros. */
export const isDocx = (archive: Archive): boolean =>
  archive.find('[Content_Types].xml') !== undefined && [...archive.files.keys()].some((path) => /^word\//i.test(path));

/** @throws UnreadableFile */
export const openDocx = async (archive: Archive, deadline: Deadline): Promise<DocxPackage> => {
  const readPart: DocxPackage['readPart'] = async (path, stream) => {
    const file = archive.find(path);
    if (!file) return null;
    const { bytes } = await archive.read(file, PART_LIMIT_BYTES);
    const { root, problem } = readXml(decodeText(bytes, 'markup').text, { deadline, ...(stream ? { stream } : {}) });
    if (!root) throw new UnreadableFile(`“${path}” in it is not XML${problem ? ` (${problem})` : ''}.`);
    return root;
  };
  const relationsOf: DocxPackage['relationsOf'] = async (path) =>
    relationshipsIn(await readPart(relationsPath(path)).catch(() => null), path);
  const named = [...(await relationsOf('')).values()].find(({ type }) => type === 'officeDocument')?.target;
  const mainPath = named !== undefined && archive.find(named) ? named : MAIN_PATH;
  if (!archive.find(mainPath))
    throw new UnreadableFile('It is a Word document without a text: word/document.xml is not in it.');
  return { archive, deadline, mainPath, readPart, relationsOf };
};
