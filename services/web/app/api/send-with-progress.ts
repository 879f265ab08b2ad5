import { ApiError } from '@authorworks/contracts/client';

interface SendOptions {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly body: XMLHttpRequestBodyInit;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Share of the body that has left, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

const problemOf = (request: XMLHttpRequest): ApiError => {
  const requestId = request.getResponseHeader('x-request-id') ?? '';
  try {
    const { error } = JSON.parse(request.responseText) as { error?: ConstructorParameters<typeof ApiError>[1] };
    if (typeof error?.code === 'string') return new ApiError(request.status, error);
  } catch {
    // not ours: a proxy's page
  }
  const message = `The server answered ${request.status}.`;
  return new ApiError(request.status, { code: 'UNEXPECTED_ANSWER', message, requestId });
};

/**
 * Sends a large body and tells how far it has come, which fetch cannot.
 * @returns the answer's `data`, undefined for answers without a body
 * @throws ApiError as the typed client does; an AbortError when the signal fired
 */
export const sendWithProgress = async (options: SendOptions): Promise<unknown> =>
  await new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(options.method, options.url);
    for (const [name, value] of Object.entries(options.headers ?? {})) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', ({ loaded, total, lengthComputable }) => {
      if (lengthComputable) options.onProgress?.(loaded / total);
    });
    request.addEventListener('load', () => {
      if (request.status >= 400) reject(problemOf(request));
      else if (request.responseText === '') resolve(undefined);
      else resolve((JSON.parse(request.responseText) as { data: unknown }).data);
    });
    request.addEventListener('error', () =>
      reject(new ApiError(0, { code: 'NETWORK_UNREACHABLE', message: 'The server cannot be reached.', requestId: '' })),
    );
    request.addEventListener('abort', () => reject(new DOMException('Stopped', 'AbortError')));
    options.signal?.addEventListener('abort', () => request.abort());
    if (options.signal?.aborted) request.abort();
    else request.send(options.body);
  });
