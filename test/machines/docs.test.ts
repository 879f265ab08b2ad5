import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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
