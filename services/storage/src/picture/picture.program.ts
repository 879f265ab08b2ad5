// A process that reads pictures of strangers, so that no flaw of a decoder, no bomb and no endless drawing can touch the
// service: it has no settings, no secrets and a limit of memory, and is killed when it takes too long.
import { readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import sharp, { type Sharp } from 'sharp';
import { FrameReader, frameOf } from './frames.ts';
import {
  fit,
  MAX_PIXELS,
  type PictureAnswer,
  type PictureReady,
  type PictureTask,
  type PictureType,
  variantEdges,
} from './picture-task.ts';

const WEBP_QUALITY = 82;
const INSPECTED_EDGE = 32;

/** What sharp calls the formats. */
const formats: Readonly<Record<PictureType, string>> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/avif': 'heif',
  'image/svg+xml': 'svg',
};

/** Only these decoders may run, and only on bytes: without a path, SVG has no place from which it could load files. */
const LOADERS = ['Jpeg', 'Png', 'Nsgif', 'Webp', 'Heif', 'Svg'].map((name) => `VipsForeignLoad${name}Buffer`);

sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: LOADERS });
sharp.cache(false);
sharp.concurrency(1);

// truncated files and broken data are refused, oddities that every viewer tolerates are not
const open = (bytes: Buffer): Sharp =>
  sharp(bytes, { failOn: 'error', limitInputPixels: MAX_PIXELS, sequentialRead: true, animated: false });

interface Result {
  readonly width: number;
  readonly height: number;
  readonly bytes?: Buffer;
}

const sizeOf = async (bytes: Buffer, type: PictureType): Promise<{ width: number; height: number }> => {
  const { format, autoOrient } = await open(bytes).metadata();
  if (format !== formats[type]) throw new Error(`it is ${format}, not ${type}`);
  return autoOrient;
};

/**
 * Decodes everything once, because a header tells nothing of what follows it. A drawing is drawn as large as it will ever
 * be, so that one that takes for ever is refused now and not whenever it is looked at.
 */
const inspect = async (bytes: Buffer, type: PictureType): Promise<Result> => {
  const size = await sizeOf(bytes, type);
  const edge = type === 'image/svg+xml' ? Math.max(...Object.values(variantEdges)) : INSPECTED_EDGE;
  await open(bytes)
    .resize({ ...fit(size.width, size.height, edge), fit: 'fill' })
    .raw()
    .toBuffer();
  return size;
};

const resize = async (bytes: Buffer, type: PictureType, edge: number): Promise<Result> => {
  const size = await sizeOf(bytes, type);
  const target = fit(size.width, size.height, edge);
  // metadata (place, camera, name) is left out, and colours become sRGB, because nothing is asked to be kept
  const { data, info } = await open(bytes)
    .autoOrient()
    .resize({ ...target, fit: 'fill' })
    .webp({ quality: WEBP_QUALITY })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, bytes: data };
};

const answer = async (task: PictureTask, bytes: Buffer): Promise<[PictureAnswer, Buffer | undefined]> => {
  try {
    const { bytes: made, ...size } =
      task.kind === 'inspect' ? await inspect(bytes, task.type) : await resize(bytes, task.type, task.edge);
    return [{ ok: true, ...size, sizeBytes: made?.length ?? 0 }, made];
  } catch (error) {
    return [{ ok: false, reason: (error as Error).message.slice(0, 500) }, undefined];
  }
};

const privateMemoryKiB = (): number => {
  try {
    return Number(/^VmData:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
};

const work = async (): Promise<void> => {
  // people who write and read come first
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  // everything is loaded once before the memory is counted
  await sharp({ create: { width: 8, height: 8, channels: 3, background: 'white' } })
    .webp()
    .toBuffer();
  process.stdout.write(frameOf({ dataKiB: privateMemoryKiB() } satisfies PictureReady));
  const input = new FrameReader(process.stdin);
  for (;;) {
    const task = await input.message<PictureTask>();
    const bytes = task && (await input.bytes(task.sizeBytes));
    if (!task || !bytes) return;
    const [message, made] = await answer(task, bytes);
    process.stdout.write(frameOf(message));
    if (made) process.stdout.write(made);
  }
};

await work();
process.exit(0);
