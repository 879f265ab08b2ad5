import { createHash, randomBytes } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';
import sharp from 'sharp';

/** Files that are made for the tests; nothing is taken from anywhere. */

const SENTENCES = [
  'The clerk of tides came down before the lamps were out, and wrote the height of the water on a slate.',
  '“It is lower than yesterday,” she said, “and it was lower yesterday than the day before.”',
  'Nobody in the office looked up; the sea had been leaving for years, and paper takes no interest in water.',
  'At noon the harbour smelled of rope and iron, and a boat lay on its side like a sleeping dog.',
];

/** Prose of exactly so many bytes, with a chapter heading; no two calls give the same. */
export const prose = (sizeBytes: number): Buffer => {
  const seed = `# Low Water ${crypto.randomUUID()}\n\n`;
  let text = seed;
  for (let index = 0; text.length < sizeBytes; index += 1) text += `${SENTENCES[index % SENTENCES.length]}\n\n`;
  const bytes = Buffer.from(text).subarray(0, sizeBytes);
  // not in the middle of a letter
  for (let at = bytes.length - 3; at < bytes.length; at += 1) if (at >= 0) bytes[at] = 0x2e;
  return bytes;
};

/** A PNG picture with some variety in it. */
export const picture = async (width = 400, height = 300): Promise<Buffer> =>
  await sharp({
    create: { width, height, channels: 3, background: '#7a9', noise: { type: 'gaussian', mean: 128, sigma: 30 } },
  })
    .png()
    .toBuffer();

/** A JPEG photograph that lies on its side, and tells where and by what it was taken. */
export const photograph = async (width = 400, height = 300): Promise<Buffer> =>
  await sharp({
    create: { width, height, channels: 3, background: '#467', noise: { type: 'gaussian', mean: 128, sigma: 30 } },
  })
    .withExif({
      IFD0: { Make: 'SecretCamera', Artist: 'Mary Canary' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' },
    })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();

const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  crc.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, crc]);
};

/** A PNG of a few kilobytes that says it has so many pixels, and has the zeros for `rows` of them. */
export const pngBomb = (width: number, height: number, rows: number): Buffer => {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc((width * 3 + 1) * rows))),
    chunk('IEND', new Uint8Array()),
  ]);
};

/** The last record of a ZIP file with one entry: what makes a picture a ZIP file as well. */
export const zipEnd = (): Buffer => {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(1, 8);
  record.writeUInt16LE(1, 10);
  return record;
};

/** A ZIP file whose entries are stored as they are. */
export const zip = (entries: Readonly<Record<string, string>>): Buffer => {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(entries)) {
    const [nameBytes, data] = [Buffer.from(name), Buffer.from(text)];
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt32LE(crc32(data), 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(data.length, 18);
    fields.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), fields, nameBytes, data]);
    const where = Buffer.alloc(14);
    where.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), fields, where, nameBytes]));
    locals.push(local);
    offset += local.length;
  }
  const table = Buffer.concat(central);
  const end = zipEnd();
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(table.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, table, end]);
};

export const epub = (): Buffer =>
  zip({ mimetype: 'application/epub+zip', 'META-INF/container.xml': '<container/>', 'text.xhtml': '<html/>' });

export const docx = (): Buffer =>
  zip({
    '[Content_Types].xml':
      '<?xml version="1.0"?><Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    'word/document.xml': '<w:document/>',
  });

export const svg = (inside: string, attributes = 'width="90" height="60"'): Buffer =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${inside}</svg>`,
  );

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A sound that is valid and has any length: a header of WAV, and noise. */
export const sound = (sizeBytes: number): Buffer => {
  const bytes = randomBytes(sizeBytes);
  bytes.write('RIFF', 0, 'latin1');
  bytes.writeUInt32LE(sizeBytes - 8, 4);
  bytes.write('WAVEfmt ', 8, 'latin1');
  return bytes;
};
