import { z } from 'zod';
import {
  AccountId,
  BookId,
  CollaboratorId,
  CompilationId,
  EditionId,
  FileId,
  ImportId,
  NodeId,
  RevisionId,
  SceneId,
  SeriesId,
} from '../ids.ts';
import { Instant, JobStatus, LanguageTag, line, prose } from '../kit/common.ts';
import { BookRole } from './book-access.ts';

export const NodeKind = z.enum(['part', 'chapter', 'scene']).meta({ id: 'NodeKind' });
export type NodeKind = z.infer<typeof NodeKind>;

/** Where a chapter stands: `front` and `back` matter are not numbered. */
export const Matter = z.enum(['front', 'body', 'back']).meta({ id: 'Matter' });

export const SceneStatus = z.enum(['outline', 'draft', 'revised', 'final']).meta({ id: 'SceneStatus' });

export const Series = z
  .object({ id: SeriesId, title: z.string(), description: z.string(), bookIds: z.array(BookId), createdAt: Instant })
  .meta({ id: 'Series' });

export const Book = z
  .object({
    id: BookId,
    title: z.string(),
    subtitle: z.string(),
    authorName: z.string().describe('As on the title page: a pen name, or the name of the owner'),
    description: z.string(),
    language: LanguageTag,
    seriesId: SeriesId.nullable(),
    seriesPosition: z.number().nullable(),
    coverFileId: FileId.nullable(),
    coverUrl: z.string().nullable().describe('Signed, valid for at least an hour'),
    role: BookRole.describe('What the caller is to this book'),
    wordCount: z.int(),
    wordGoal: z.int().nullable(),
    chapterCount: z.int(),
    sceneCount: z.int(),
    slug: z.string().nullable().describe('Address of the public page, once published'),
    publishedEdition: z.object({ id: EditionId, number: z.int(), publishedAt: Instant }).nullable(),
    createdAt: Instant,
    updatedAt: Instant,
    binnedAt: Instant.nullable(),
  })
  .meta({ id: 'Book' });
export type Book = z.infer<typeof Book>;

const bookFields = {
  title: line(300),
  subtitle: z.union([line(300), z.literal('')]),
  authorName: line(200),
  description: prose(10_000),
  language: LanguageTag,
  seriesId: SeriesId.nullable(),
  seriesPosition: z.number().min(0).max(10_000).nullable(),
  coverFileId: FileId.nullable(),
  wordGoal: z.int().min(1).max(10_000_000).nullable(),
};

export const CreateBook = z.strictObject({
  title: bookFields.title,
  subtitle: bookFields.subtitle.optional(),
  authorName: bookFields.authorName.optional(),
  description: bookFields.description.optional(),
  language: bookFields.language.default('en'),
  seriesId: SeriesId.optional(),
});
export const UpdateBook = z.strictObject(bookFields).partial();

/** A part, chapter or scene without its children. */
export const ManuscriptNode = z
  .object({
    id: NodeId,
    bookId: BookId,
    parentId: NodeId.nullable().describe('null: directly in the book'),
    kind: NodeKind,
    title: z.string(),
    matter: Matter,
    synopsis: z.string(),
    status: SceneStatus,
    wordCount: z.int().describe('Of the node and all below it'),
    updatedAt: Instant,
  })
  .meta({ id: 'ManuscriptNode' });
export type ManuscriptNode = z.infer<typeof ManuscriptNode>;

/** A node of the tree with all below it. The root is the book itself: `kind: "book"`. */
export interface TreeNode {
  id: string;
  kind: 'book' | NodeKind;
  title: string;
  matter: z.infer<typeof Matter>;
  synopsis: string;
  status: z.infer<typeof SceneStatus>;
  wordCount: number;
  updatedAt: string;
  children: TreeNode[];
}
export const TreeNode: z.ZodType<TreeNode> = z
  .object({
    id: z.uuid(),
    kind: z.enum(['book', 'part', 'chapter', 'scene']),
    title: z.string(),
    matter: Matter,
    synopsis: z.string(),
    status: SceneStatus,
    wordCount: z.int(),
    updatedAt: Instant,
    get children() {
      return z.array(TreeNode);
    },
  })
  .meta({ id: 'TreeNode' });

/** A parent: a node's id, or the book's own id, or null for the book itself. */
const ParentId = z.uuid().nullable();

export const CreateNode = z.strictObject({
  kind: NodeKind,
  title: z.union([line(300), z.literal('')]).default(''),
  parentId: ParentId.optional(),
  afterId: z.uuid().nullable().optional().describe('Sibling to stand behind; null = first; absent = last'),
  matter: Matter.optional(),
});
export const UpdateNode = z.strictObject({
  title: z.union([line(300), z.literal('')]).optional(),
  synopsis: prose(5000).optional(),
  status: SceneStatus.optional(),
  matter: Matter.optional(),
});
export const MoveNode = z.strictObject({
  parentId: ParentId,
  afterId: z.uuid().nullable().describe('Sibling to stand behind; null = first'),
});

/** ProseMirror JSON of a scene by the schema of packages/manuscript; checked there. */
export const ManuscriptDoc = z
  .looseObject({ type: z.literal('doc'), content: z.array(z.looseObject({ type: z.string() })).optional() })
  .meta({ id: 'ManuscriptDoc' });

/** Identity of a block of a text. Nothing else than these signs, because PostgreSQL holds no NUL and addresses no spaces. */
export const BlockId = z
  .string()
  .regex(/^[\w-]{1,64}$/, 'must be 1 to 64 letters, digits, - and _')
  .meta({ id: 'BlockId' });

export const TextFormat = z.enum(['json', 'markdown', 'text']).meta({ id: 'TextFormat' });

export const SceneText = z
  .object({
    sceneId: SceneId,
    format: TextFormat,
    version: z.int().describe('Grows with every change of the live document'),
    wordCount: z.int(),
    text: z.string().optional().describe('For markdown and text'),
    doc: ManuscriptDoc.optional().describe('For json'),
  })
  .meta({ id: 'SceneText' });

/** `{text}` is read as Markdown unless `format` says "text"; `{doc}` is ProseMirror JSON. */
export const WriteSceneText = z
  .strictObject({
    text: prose(5_000_000).optional(),
    format: z.enum(['markdown', 'text']).optional(),
    markdown: prose(5_000_000).optional(),
    doc: ManuscriptDoc.optional(),
    ifVersion: z.int().optional().describe('Refuse with CONTENT_TEXT_CONFLICT when the text has changed since'),
  })
  .refine((body) => [body.text, body.markdown, body.doc].filter((value) => value !== undefined).length === 1, {
    message: 'needs exactly one of text, markdown and doc',
  });

export const Revision = z
  .object({
    id: RevisionId,
    sceneId: SceneId,
    name: z.string(),
    reason: z.enum(['named', 'before-restore', 'before-import', 'before-replace', 'published']),
    wordCount: z.int(),
    createdAt: Instant,
    createdBy: z.object({ id: AccountId, name: z.string() }).nullable(),
  })
  .meta({ id: 'Revision' });

export const Collaborator = z
  .object({
    id: CollaboratorId,
    accountId: AccountId.nullable().describe('null: invited, and has no account yet'),
    email: z.string(),
    name: z.string(),
    emailVerified: z.boolean(),
    role: BookRole,
    createdAt: Instant,
  })
  .meta({ id: 'Collaborator' });

/** One thing that an import changed or left out, with where it stood in the source. */
export const ImportNote = z
  .object({
    severity: z.enum(['info', 'changed', 'lost']),
    code: z.string().describe('e.g. table-flattened'),
    message: z.string(),
    where: z.string().describe('File and nearest heading in the source'),
    count: z.int().min(1),
  })
  .meta({ id: 'ImportNote' });

export const ImportReport = z
  .object({
    sourceFormat: z.enum(['epub', 'docx', 'markdown', 'html', 'text']),
    title: z.string(),
    language: z.string(),
    words: z.int(),
    parts: z.int(),
    chapters: z.int(),
    scenes: z.int(),
    footnotes: z.int(),
    images: z.int(),
    notes: z.array(ImportNote),
  })
  .meta({ id: 'ImportReport' });

export const Import = z
  .object({
    id: ImportId,
    status: JobStatus,
    progress: z.number().min(0).max(100),
    fileName: z.string(),
    bookId: BookId.nullable(),
    report: ImportReport.nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    createdAt: Instant,
  })
  .meta({ id: 'Import' });

export const CompilationFormat = z.enum(['epub', 'markdown']).meta({ id: 'CompilationFormat' });

export const Compilation = z
  .object({
    id: CompilationId,
    bookId: BookId,
    format: CompilationFormat,
    editionId: EditionId.nullable(),
    status: JobStatus,
    progress: z.number().min(0).max(100),
    url: z.string().nullable().describe('Signed, valid for at least an hour'),
    fileName: z.string().nullable(),
    sizeBytes: z.int().nullable(),
    sha256: z.string().nullable(),
    report: z
      .object({ words: z.int(), chapters: z.int(), images: z.int(), milliseconds: z.int(), notes: z.array(ImportNote) })
      .nullable(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    createdAt: Instant,
  })
  .meta({ id: 'Compilation' });

export const Edition = z
  .object({
    id: EditionId,
    bookId: BookId,
    number: z.int().min(1),
    title: z.string(),
    slug: z.string(),
    notes: z.string(),
    wordCount: z.int(),
    publishedAt: Instant,
    current: z.boolean(),
    url: z.string().describe('Path of the public page'),
    sha256: z.string().describe('Of the frozen manuscript'),
  })
  .meta({ id: 'Edition' });

export const Slug = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be small letters, digits and single hyphens')
  .meta({ id: 'Slug' });

export const CreateEdition = z.strictObject({ slug: Slug.optional(), notes: prose(5000).default('') });

/** One entry of a published book's contents list. */
export const PublicContentsEntry = z.object({
  id: z.uuid(),
  kind: z.enum(['part', 'chapter']),
  title: z.string(),
  depth: z.int(),
  wordCount: z.int(),
});

export const PublicBook = z
  .object({
    slug: z.string(),
    title: z.string(),
    subtitle: z.string(),
    authorName: z.string(),
    description: z.string(),
    language: z.string(),
    wordCount: z.int(),
    edition: z.int(),
    publishedAt: Instant,
    coverUrl: z.string().nullable(),
    contents: z.array(PublicContentsEntry),
    epubUrl: z.string(),
  })
  .meta({ id: 'PublicBook' });

export const PublicChapter = z
  .object({
    id: z.uuid(),
    title: z.string(),
    partTitle: z.string().nullable(),
    html: z.string().describe('Sanitised XHTML of the chapter; each block has its id'),
    language: z.string(),
    wordCount: z.int(),
    previousId: z.uuid().nullable(),
    nextId: z.uuid().nullable(),
  })
  .meta({ id: 'PublicChapter' });

export const ReadingPlace = z
  .object({
    slug: z.string(),
    chapterId: z.uuid(),
    blockId: BlockId.nullable(),
    fraction: z.number().min(0).max(1).describe('Of the whole book'),
    updatedAt: Instant,
  })
  .meta({ id: 'ReadingPlace' });
