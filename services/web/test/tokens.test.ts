import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(join(import.meta.dirname, '..', 'app', 'styles', 'tokens.css'), 'utf8');

const coloursOf = (selector: string): Map<string, string> => {
  const body = css.slice(css.indexOf(`${selector} {`)).split('}')[0] ?? '';
  return new Map(
    [...body.matchAll(/--([a-z0-9-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]),
  );
};

/** Relative luminance (WCAG 2.2). */
const luminanceOf = (colour: string): number => {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

const contrastOf = (one: string, other: string): number => {
  const [dark = 0, light = 0] = [luminanceOf(one), luminanceOf(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

const light = coloursOf(':root');
const themes = { light, dark: new Map([...light, ...coloursOf(':root[data-theme="dark"]')]) };
const grounds = ['paper', 'surface', 'wash'];
const inks = ['ink', 'ink-muted', 'accent', 'positive', 'danger'];
const authors = Array.from({ length: 10 }, (_, index) => `author-${index + 1}`);

describe.each(Object.entries(themes))('colours by %s', (_name, colours) => {
  const contrast = (ink: string, ground: string): number =>
    contrastOf(colours.get(ink) ?? '#000000', colours.get(ground) ?? '#000000');

  it.each(inks.flatMap((ink) => grounds.map((ground) => ({ ink, ground }))))(
    'let one read $ink on $ground',
    ({ ink, ground }) => expect(contrast(ink, ground)).toBeGreaterThanOrEqual(4.5),
  );
  it.each(['positive', 'warning', 'danger', 'accent'])('let one read ink on the wash of %s', (kind) =>
    expect(contrast('ink', `${kind}-wash`)).toBeGreaterThanOrEqual(4.5),
  );
  it.each(authors)('let one read the name on the flag of %s', (person) =>
    expect(contrast('paper', person)).toBeGreaterThanOrEqual(4.5),
  );
  it.each(['paper', 'surface'])('let one find the edge of a control on %s', (ground) =>
    expect(contrast('edge', ground)).toBeGreaterThanOrEqual(3),
  );
});
