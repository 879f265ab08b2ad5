import { v7 } from 'uuid';

/** A new id: UUIDv7 (RFC 9562), so that rows are stored in the order in which they were made. */
export const newId = <Id extends string = string>(): Id => v7() as Id;
