import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { givenNames } from '../../scripts/house-secrets.ts';
import { chartNames, pathsOf } from '../charts/tools.ts';
import { root } from './machine.ts';

/** Commands of a page, one a line. */
const commandsOf = (page: string): string[] => {
  const text = readFileSync(join(root, page), 'utf8');
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block ?? '');
  const inline = [...text.matchAll(/`(scripts\/[^`]+)`/g)].map(([, command]) => command ?? '');
  return [...blocks.flatMap((block) => block.split(/\n|; do |; done/)), ...inline];
};
/** What a script tells about itself, at its top. */
const usageOf = (name: string): string => {
  const text = readFileSync(join(root, 'scripts', name), 'utf8');
  return text.slice(0, text.indexOf('\nset -'));
};

describe.each(['docs/home.md', 'docs/secrets.md', 'k3s/README.md', 'README.md'])('%s', (page) => {
  it('names only scripts that exist, with options that they have', () => {
    for (const command of commandsOf(page)) {
      for (const [, name = '', rest = ''] of command.matchAll(/scripts\/([a-z0-9-]+)([^|#&]*)/g)) {
        expect(existsSync(join(root, 'scripts', name)), command).toBe(true);
        const [own = ''] = rest.split(' -- ');
        for (const [option] of own.matchAll(/--[a-z][a-z-]+/g)) expect(usageOf(name), command).toContain(option);
      }
    }
  });

  it('links only to what is there', () => {
    const text = readFileSync(join(root, page), 'utf8');
    for (const [, target = ''] of text.matchAll(/\]\(([^)#]+)\)/g))
      expect(existsSync(join(root, page, '..', target)), target).toBe(true);
  });

  it('installs the charts that there are', () => {
    for (const command of commandsOf(page))
      for (const [, chart = ''] of command.matchAll(/charts\/(authorworks[a-z-]*)/g))
        expect(existsSync(join(root, 'charts', chart, 'Chart.yaml')), command).toBe(true);
  });
});

describe('docs/home.md and what it installs', () => {
  const page = readFileSync(join(root, 'docs/home.md'), 'utf8');
  const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
  const pathsIn = (value: unknown, before = ''): string[] =>
    isObject(value)
      ? Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, before === '' ? key : `${before}.${key}`))
      : [before];

  it('names only values that one of the charts has', () => {
    const known = new Set(chartNames.flatMap(pathsOf));
    const named = [...page.matchAll(/`([a-z][A-Za-z]*(?:\.[a-z][A-Za-z]*)+)`/g)]
      .map(([, path]) => path ?? '')
      .filter((path) => !/\.(?:json|yaml|md|example)$/.test(path));
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((path) => !known.has(path))).toEqual([]);
  });

  it.each([
    ['my-data.yaml', 'authorworks-data'],
    ['my-house.yaml', 'authorworks'],
    ['my-edge.yaml', 'authorworks-edge'],
  ] as const)('tells only values for %s that its chart has', (file, chart) => {
    const [, text] = new RegExp(`\`${file}\`[^\`]*\`(\\w+: \\{[^\`]*\\})\``).exec(page) ?? [];
    const paths = pathsIn(parse(text ?? ''));
    expect(paths).not.toEqual([]);
    expect(paths.filter((path) => !pathsOf(chart).includes(path))).toEqual([]);
    expect(page).toMatch(new RegExp(`charts/${chart} .*--values ${file}`));
  });

  it('tells of everything that scripts/secrets can be given, with the value that needs it', () => {
    for (const [name, { for: value }] of Object.entries(givenNames)) {
      const row = page.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${name}\``));
      expect(row, name).toContain(`\`${value.split(':')[0] ?? ''}\``);
    }
  });

  it('leaves off what needs something of others: the charts as they are wait for nobody', () => {
    const defaults = chartNames.map(
      (chart) => parse(readFileSync(join(root, 'charts', chart, 'values.yaml'), 'utf8')) as object,
    );
    const valueAt = (path: string): unknown =>
      defaults
        .map((values) =>
          path
            .split('.')
            .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], values),
        )
        .find((value) => value !== undefined);
    const switches = new Set(Object.values(givenNames).map(({ for: value }) => value.split(':')[0] ?? ''));
    for (const path of switches) expect([false, 'none', 'outbox'], path).toContain(valueAt(path));
  });

  it('deploys to an address that a deploy without DNS and with the edge’s https reaches', () => {
    const deploys = commandsOf('docs/home.md').filter((command) => command.startsWith('scripts/deploy --version'));
    expect(deploys).not.toEqual([]);
    for (const command of deploys) expect(command).toMatch(/--address https:\/\//);
    expect(page).toContain('`--insecure`');
    expect(page).toContain('`preview.host`');
  });
});
