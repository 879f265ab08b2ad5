import { Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Readable } from 'node:stream';
import { Client } from 'minio';
import type { BlobPart } from './blobs.ts';
import { isStaleConnection, translateS3 } from './s3-errors.ts';
import { watchedTransport } from './s3-transport.ts';

export interface S3Options {
  /** Origin of the S3 endpoint. */
  readonly url: string;
  /** The same endpoint as browsers reach it; undefined: bytes go through the service. */
  readonly publicUrl?: string | undefined;
  readonly region: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** What all keys begin with, ending in a slash; ''  for none. */
  readonly prefix: string;
  /** After this long without progress of S3 an operation is given up. */
  readonly stallMs: number;
}

const MAX_CONNECTIONS = 64;

/** The minio client, with its listing of parts, which it keeps to itself. */
class PartsClient extends Client {
  async readParts(bucket: string, key: string, uploadId: string): Promise<BlobPart[]> {
    const parts = await this.listParts(bucket, key, uploadId);
    return parts.map(({ part, etag, size }) => ({ number: part, tag: etag, sizeBytes: size }));
  }
}

const openClient = (address: string, options: S3Options): PartsClient => {
  const { protocol, hostname, port, pathname } = new URL(address);
  if (pathname !== '/') throw new Error(`The S3 address ${address} must not have a path`);
  const secure = protocol === 'https:';
  const client = new PartsClient({
    endPoint: hostname.replace(/^\[|\]$/g, ''),
    ...(port ? { port: Number(port) } : {}),
    useSSL: secure,
    accessKey: options.accessKey,
    secretKey: options.secretKey,
    region: options.region,
    pathStyle: true,
    transport: watchedTransport(secure, options.stallMs) as never,
    transportAgent: new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: MAX_CONNECTIONS }),
    // tries are our own affair: the client's would wait a minute, and write to the console
    retryOptions: { disableRetry: true },
  });
  // bytes are sent as they arrive, so their hash cannot stand in front of them
  client.enableSHA256 = false;
  return client;
};

export interface S3 {
  readonly client: PartsClient;
  /** Signs addresses for browsers; undefined where browsers cannot reach S3. */
  readonly presigner: PartsClient | undefined;
  readonly bucket: string;
  /** Runs an operation once the bucket is there; a connection that had died is replaced once. Errors are translated. */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>;
  /** Sends `sizeBytes` bytes as they arrive. */
  readonly send: (key: string, query: string, chunks: AsyncIterable<Uint8Array>, sizeBytes: number) => Promise<void>;
}

const bucketMaker = (client: PartsClient, { bucket, region }: S3Options): (() => Promise<void>) => {
  const make = async (): Promise<void> => {
    if (await client.bucketExists(bucket)) return;
    try {
      await client.makeBucket(bucket, region);
    } catch (error) {
      // another service of the house was faster
      if (!(await client.bucketExists(bucket))) throw error;
    }
  };
  let made: Promise<void> | undefined;
  return async () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    await made;
  };
};

/** Opens the connection to an S3 endpoint. Nothing is asked of it yet: it may still be starting. */
export const openS3 = (options: S3Options): S3 => {
  const { bucket, publicUrl } = options;
  const client = openClient(options.url, options);
  const ensureBucket = bucketMaker(client, options);
  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      await ensureBucket();
      try {
        return await work();
      } catch (error) {
        if (!isStaleConnection(error)) throw error;
        return await work();
      }
    } catch (error) {
      throw translateS3(error);
    }
  };
  const send: S3['send'] = async (key, query, chunks, sizeBytes) => {
    let broken: { readonly error: unknown } | undefined;
    const watched = async function* watch(): AsyncGenerator<Uint8Array> {
      try {
        yield* chunks;
      } catch (error) {
        broken = { error };
        throw error;
      }
    };
    try {
      await ensureBucket();
      const body = Readable.from(watched(), { objectMode: false });
      const request = { method: 'PUT', bucketName: bucket, objectName: key, query };
      const headers = { 'content-length': String(sizeBytes) };
      const response: IncomingMessage = await client.makeRequestStreamAsync(
        { ...request, headers },
        body,
        '',
        [200],
        '',
      );
      response.resume();
    } catch (error) {
      // when the sender fails, the request fails with it, and either may be heard first
      throw broken ? broken.error : translateS3(error);
    }
  };
  return { client, presigner: publicUrl ? openClient(publicUrl, options) : undefined, bucket, run, send };
};
