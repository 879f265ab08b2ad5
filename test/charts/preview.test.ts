import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { hostOf } from '../../packages/release/src/front-door.ts';
import { missing, render } from './tools.ts';

describe.skipIf(missing('helm4'))('the name of the preview', () => {
  it.each([
    ['as the chart is', {}, 'preview.books.example'],
    ['of a house with another name', { hosts: { house: 'books.home' } }, 'preview.books.home'],
    ['of an operator', { hosts: { house: 'books.home' }, preview: { host: 'next.books.home' } }, 'next.books.home'],
    ['left empty', { hosts: { house: 'books.home' }, preview: { host: '' } }, 'preview.books.home'],
  ])('%s is the same in the routes and where scripts/deploy looks', async (_, values, name) => {
    expect(hostOf(values, 'preview')).toBe(name);
    const objects = await render('authorworks-edge', {
      values: stringify(values),
      set: ['preview.enabled=true'],
    });
    const route = objects.find(({ kind, metadata }) => kind === 'IngressRoute' && metadata.name === 'preview');
    expect(route?.['spec'].tls.domains).toEqual([{ main: name }]);
    const matches = (route?.['spec'].routes ?? []).map(({ match }: { match: string }) => match) as string[];
    expect(matches.length).toBeGreaterThan(5);
    expect(matches.filter((match) => !match.startsWith(`Host(\`${name}\`) && `))).toEqual([]);
  });
});
