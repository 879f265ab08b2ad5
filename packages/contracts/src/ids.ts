import type { z } from 'zod';
import { idOf } from './kit/common.ts';

/** Every kind of id in the house. A path parameter has the same name with a small first letter: `:bookId`. */
export const AccountId = idOf('AccountId');
export const SessionId = idOf('SessionId');
export const ApiTokenId = idOf('ApiTokenId');
export const PenNameId = idOf('PenNameId');
export const SeriesId = idOf('SeriesId');
export const BookId = idOf('BookId');
export const NodeId = idOf('NodeId');
export const SceneId = idOf('SceneId');
export const RevisionId = idOf('RevisionId');
export const EditionId = idOf('EditionId');
export const CollaboratorId = idOf('CollaboratorId');
export const ImportId = idOf('ImportId');
export const CompilationId = idOf('CompilationId');
export const FileId = idOf('FileId');
export const UploadId = idOf('UploadId');
/** A job in the queue of some service. */
export const JobId = idOf('JobId');
export const EventId = idOf('EventId');
/** One run of a task of the service jobs. */
export const RunId = idOf('RunId');

export type AccountId = z.infer<typeof AccountId>;
export type SessionId = z.infer<typeof SessionId>;
export type ApiTokenId = z.infer<typeof ApiTokenId>;
export type PenNameId = z.infer<typeof PenNameId>;
export type SeriesId = z.infer<typeof SeriesId>;
export type BookId = z.infer<typeof BookId>;
export type NodeId = z.infer<typeof NodeId>;
export type SceneId = z.infer<typeof SceneId>;
export type RevisionId = z.infer<typeof RevisionId>;
export type EditionId = z.infer<typeof EditionId>;
export type CollaboratorId = z.infer<typeof CollaboratorId>;
export type ImportId = z.infer<typeof ImportId>;
export type CompilationId = z.infer<typeof CompilationId>;
export type FileId = z.infer<typeof FileId>;
export type UploadId = z.infer<typeof UploadId>;
export type JobId = z.infer<typeof JobId>;
export type EventId = z.infer<typeof EventId>;
export type RunId = z.infer<typeof RunId>;
