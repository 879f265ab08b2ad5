// Draws the icons of the installed app from one SVG:  node services/web/scripts/icons.ts
// The pictures are committed, because they change as rarely as the mark does.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

const folder = join(import.meta.dirname, '..', 'public', 'icons');

const strokes = `
  <path d="M13 10.5h10.5" stroke="#fff" stroke-opacity=".75" stroke-width="1.6" stroke-linecap="round"/>
  <path d="m13.5 21.5 4.75-6.5L23 21.5" fill="none" stroke="#fff" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/>`;

/** The mark: a cloth-bound book with a proofreader's caret. */
const book = `<rect x="4.5" y="3" width="23" height="26" rx="2.5" fill="#2f4b7c"/>
  <path d="M9 3v26" stroke="#fbfaf7" stroke-opacity=".35"/>${strokes}`;

const svg = (inner: string): string => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${inner}</svg>\n`;

/** For launchers that cut icons into shapes: the ground to the edge, the mark within the safe middle. */
const maskable = svg(
  `<rect width="32" height="32" fill="#2f4b7c"/><g transform="translate(16 16) scale(.72) translate(-18.25 -16)">${strokes}</g>`,
);
const onPaper = svg(
  `<rect width="32" height="32" fill="#fbfaf7"/><g transform="translate(16 16) scale(.8) translate(-16 -16)">${book}</g>`,
);

const draw = async (source: string, size: number, name: string): Promise<void> => {
  const density = (72 * size) / 32;
  await writeFile(
    join(folder, name),
    await sharp(Buffer.from(source), { density }).resize(size, size).png({ palette: true }).toBuffer(),
  );
};

await mkdir(folder, { recursive: true });
await writeFile(join(folder, 'icon.svg'), svg(book));
await draw(svg(book), 32, 'icon-32.png');
await draw(onPaper, 180, 'icon-180.png');
await draw(svg(book), 192, 'icon-192.png');
await draw(svg(book), 512, 'icon-512.png');
await draw(maskable, 512, 'icon-maskable-512.png');
