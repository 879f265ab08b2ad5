import type { FilePurpose, StoredFile } from '@authorworks/contracts';
import { ApiError } from '@authorworks/contracts/client';
import type { House } from './api.ts';
import { sendWithProgress } from './send-with-progress.ts';

type UploadView = Awaited<ReturnType<House['storage']['readUpload']>>;
type Part = UploadView['parts'][number];

interface UploadOptions {
  readonly file: File;
  readonly purpose: Exclude<FilePurpose, 'export'>;
  readonly bookId?: string;
  readonly signal?: AbortSignal;
  /** Share of the bytes that have arrived, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

const TRIES = 5;
const WAIT_MS = 800;
/** Parts under way at once: more only fight for the same line. */
const SIDE_BY_SIDE = 2;

/** One file as this browser knows it, so that a broken upload goes on where it stopped, even after a reload. */
const memoryKey = ({ file, purpose, bookId }: UploadOptions): string =>
  `aw.upload.${purpose}.${bookId ?? ''}.${file.name}.${file.size}.${file.lastModified}`;

const remembered = (key: string): string | null => {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
};

const remember = (key: string, uploadId: string | null): void => {
  try {
    if (uploadId === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, uploadId);
  } catch {
    // then a reload begins anew
  }
};

const isPassing = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 500);

const pause = async (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  await new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new DOMException('Stopped', 'AbortError'));
    });
  });

const begin = async ({ storage }: House, options: UploadOptions): Promise<UploadView> => {
  const key = memoryKey(options);
  const known = remembered(key);
  if (known) {
    try {
      return await storage.readUpload({ params: { uploadId: known } });
    } catch (error) {
      if (isPassing(error)) throw error;
      remember(key, null); // gone: begin anew
    }
  }
  const { file, purpose, bookId } = options;
  const upload = await storage.createUpload(
    {
      body: {
        name: file.name,
        sizeBytes: file.size,
        purpose,
        ...(file.type ? { contentType: file.type } : {}),
        ...(bookId ? { bookId: bookId } : {}),
      },
    },
    { idempotencyKey: crypto.randomUUID() },
  );
  remember(key, upload.id);
  return upload;
};

/** Sends one part, again and again while the line is bad. */
const sendPart = async (options: UploadOptions, upload: UploadView, part: Part, onShare: (share: number) => void) => {
  const start = (part.number - 1) * upload.partSizeBytes;
  const body = options.file.slice(start, start + part.sizeBytes);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await sendWithProgress({ method: 'PUT', url: part.url, body, signal: options.signal, onProgress: onShare });
      onShare(1);
      return;
    } catch (error) {
      if (!isPassing(error) || attempt >= TRIES) throw error;
      await pause(WAIT_MS * 2 ** attempt, options.signal);
    }
  }
};

/**
 * Uploads a file in parts. A part that fails is sent again; an upload that was broken off goes on where it stopped when
 * the same file is chosen again.
 * @throws ApiError with what the storage says (type, size, quota), or AbortError
 */
export const uploadFile = async (house: House, options: UploadOptions): Promise<StoredFile> => {
  const upload = await begin(house, options);
  const shares = new Map(upload.parts.map((part) => [part.number, part.received ? 1 : 0]));
  const report = (): void => {
    const arrived = upload.parts.reduce((sum, part) => sum + part.sizeBytes * (shares.get(part.number) ?? 0), 0);
    options.onProgress?.(Math.min(1, arrived / upload.sizeBytes));
  };
  const waiting = upload.parts.filter(({ received }) => !received);
  const work = async (): Promise<void> => {
    for (let part = waiting.shift(); part; part = waiting.shift()) {
      const { number } = part;
      await sendPart(options, upload, part, (share) => {
        shares.set(number, share);
        report();
      });
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  const file = await house.storage.completeUpload({ params: { uploadId: upload.id }, body: {} });
  remember(memoryKey(options), null);
  return file;
};
