const MIB = 1024 * 1024;
/** Above what S3 takes as the smallest part (5 MiB), and small enough to be sent again on a bad line. */
const PART_BYTES = 8 * MIB;
/** The largest part that the contract lets through; for files that would have too many of the small ones. */
const LARGE_PART_BYTES = 32 * MIB;
const MANY_PARTS = 512;

/** An upload that is not finished may be resumed for a day. */
export const UPLOAD_LIFE_MS = 24 * 60 * 60_000;

export const partSizeFor = (sizeBytes: number): number =>
  sizeBytes > PART_BYTES * MANY_PARTS ? LARGE_PART_BYTES : PART_BYTES;

export interface PartPlan {
  readonly number: number;
  readonly sizeBytes: number;
}

/** The parts of an upload: all of the same size but the last. */
export const partsOf = (sizeBytes: number, partSizeBytes: number): PartPlan[] =>
  Array.from({ length: Math.ceil(sizeBytes / partSizeBytes) }, (_, index) => ({
    number: index + 1,
    sizeBytes: Math.min(partSizeBytes, sizeBytes - index * partSizeBytes),
  }));

export interface OpenUpload {
  readonly id: string;
  readonly sizeBytes: number;
  readonly activeAt: Date;
}

const MAX_OPEN_UPLOADS = 500;

/**
 * Unfinished uploads that an account has to give up, so that another can begin: together they may take once more what
 * the account's files may. The ones that have rested longest go first, because they were most likely forgotten (a closed
 * browser, a lost connection), and nobody should have to wait a day for them.
 */
export const uploadsToGiveUp = (open: readonly OpenUpload[], addedBytes: number, quotaBytes: number): OpenUpload[] => {
  const rested = open.toSorted((a, b) => a.activeAt.getTime() - b.activeAt.getTime());
  let staged = rested.reduce((sum, { sizeBytes }) => sum + sizeBytes, addedBytes);
  let count = rested.length + 1;
  const given: OpenUpload[] = [];
  for (const upload of rested) {
    if (staged <= quotaBytes && count <= MAX_OPEN_UPLOADS) break;
    given.push(upload);
    staged -= upload.sizeBytes;
    count -= 1;
  }
  return given;
};

/** Where an upload stands, as far as whoever sends parts or asks for it is concerned. */
export interface UploadState {
  readonly refusal: string | null;
  readonly fileId: string | null;
  readonly multipartId: string | null;
  readonly expiresAt: Date;
}

/** `open`: takes parts. `done`: is a file. `over`: expired, refused, or never begun. */
export const standOf = (upload: UploadState, now: Date): 'open' | 'done' | 'over' => {
  if (upload.fileId !== null) return 'done';
  return upload.refusal === null && upload.multipartId !== null && upload.expiresAt > now ? 'open' : 'over';
};

/** Numbers of the parts that are missing or have another size than planned. */
export const missingParts = (plan: readonly PartPlan[], arrived: readonly PartPlan[]): number[] => {
  const sizes = new Map(arrived.map(({ number, sizeBytes }) => [number, sizeBytes]));
  return plan.filter(({ number, sizeBytes }) => sizes.get(number) !== sizeBytes).map(({ number }) => number);
};
