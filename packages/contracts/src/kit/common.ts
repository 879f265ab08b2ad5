import { z } from 'zod';

/** The schema of an id: its type carries a brand, so that a book's id cannot be passed where a scene's is wanted. */
export type IdSchema<Name extends string> = z.core.$ZodBranded<z.ZodUUID, Name>;

/** A UUIDv7. What comes in is plain text; what was parsed is branded. */
export const idOf = <const Name extends string>(name: Name): IdSchema<Name> =>
  // zod's own `brand` does nothing at run time, and loses its type behind `meta` where the name is generic
  z.uuid().meta({ id: name }) as unknown as IdSchema<Name>;

/** UTC instant in ISO 8601, e.g. 2026-11-22T18:00:00.000Z. */
export const Instant = z.iso.datetime().meta({ id: 'Instant' });

/** BCP 47 language tag, e.g. en, de-AT. Checked for shape (RFC 5646), not against the registry. */
export const LanguageTag = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, 'must be a language tag such as "en" or "de-AT"')
  .meta({ id: 'LanguageTag' });

/** Text of one line that people see: no control characters, trimmed, 1 to `max` characters. */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    // oxlint-disable-next-line no-control-regex -- refusing control characters is the purpose
    .regex(/^[^\u0000-\u001f\u007f]*$/, 'must be one line without control characters');

/** Text of several lines; may be empty. NUL is refused because PostgreSQL cannot hold it. */
export const prose = (max: number) =>
  z
    .string()
    .max(max, `must have at most ${max} characters`)
    // oxlint-disable-next-line no-control-regex -- refusing NUL is the purpose
    .regex(/^[^\u0000]*$/, 'must not contain NUL characters');

/** Query of every list: opaque cursor of the previous page and how many rows to return. */
export const PageQuery = z.strictObject({
  cursor: z.string().max(500).optional().describe('`pagination.nextCursor` of the previous page'),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

export const Pagination = z.object({ nextCursor: z.string().nullable() }).meta({ id: 'Pagination' });
export type Pagination = z.infer<typeof Pagination>;

/** Where long work stands. `failed` is final and parked; an operator can run it again. */
export const JobStatus = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled']).meta({ id: 'JobStatus' });
export type JobStatus = z.infer<typeof JobStatus>;
