// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { sanitiseChapter } from '../../app/reader/sanitise.ts';

const parsed = (html: string): HTMLElement => {
  const box = document.createElement('div');
  box.innerHTML = sanitiseChapter(html);
  return box;
};

const run = 'globalThis.ran=1';

/** What a stored script could look like; each alone, within a paragraph, and cut off in the middle. */
const vectors = [
  `<script>${run}</script>`,
  `<img src=x onerror="${run}">`,
  `<img src="javascript:${run}">`,
  `<a href="javascript:${run}">a</a>`,
  `<a href=" \u0001java\nscript:${run}">a</a>`,
  `<a href="data:text/html,<script>${run}</script>">a</a>`,
  `<a href="//evil.example">a</a>`,
  `<svg onload="${run}"><script>${run}</script></svg>`,
  `<svg><a xlink:href="javascript:${run}"><text>x</text></a></svg>`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${run}&gt;">`,
  `<math><mi><p><style><img src=x onerror=${run}></style></math>`,
  `<form><math><mtext></form><form><mglyph><style></math><img src onerror=${run}>`,
  `<noscript><p title="</noscript><img src=x onerror=${run}>"></noscript>`,
  `<template><img src=x onerror="${run}"></template>`,
  `<textarea><img title="</textarea><img src=x onerror=${run}>"></textarea>`,
  `<style>@import 'https://evil.example/a.css';</style>`,
  `<p style="background:url(https://evil.example)" onclick="${run}" data-x="1" aria-label="x">x</p>`,
  `<iframe srcdoc="<script>${run}</script>"></iframe>`,
  `<object data="javascript:${run}"></object><embed src="javascript:${run}">`,
  `<base href="https://evil.example/"><link rel="stylesheet" href="https://evil.example/a.css">`,
  `<meta http-equiv="refresh" content="0;url=javascript:${run}">`,
  `<form action="javascript:${run}"><button formaction="javascript:${run}">go</button><input autofocus onfocus=${run}></form>`,
  `<p id="content" class="aw-x reader__bar" role="alert">x</p>`,
  `<img name="cookie" id="cookie" src="https://a.example/x.png">`,
  `<xmp><p title="</xmp><img src=x onerror=${run}>"></xmp>`,
  `<div><a/href="#"/onclick="${run}">x</a></div>`,
  `<details open ontoggle="${run}"><summary>x</summary></details>`,
  `<p title="&quot;><script>${run}</script>">x</p>`,
];

const TAGS =
  /^(?:p|div|span|section|aside|h[1-6]|blockquote|hr|br|ul|ol|li|figure|figcaption|img|pre|code|em|strong|u|s|sup|sub|a|i|b|cite)$/;
const NAMES = /^(?:id|class|lang|dir|href|src|alt|title|width|height|start|role|target|rel|loading|decoding)$/;

const expectHarmless = (box: HTMLElement): void => {
  for (const element of box.querySelectorAll('*')) {
    expect(element.localName).toMatch(TAGS);
    expect(element.namespaceURI).toBe('http://www.w3.org/1999/xhtml');
    for (const { name, value } of element.attributes) {
      expect(name).toMatch(NAMES);
      if (name === 'href' || name === 'src') expect(value).toMatch(/^(?:https?:\/\/|mailto:|#|\/(?!\/))/i);
      if (name === 'id') expect(value).toMatch(/^(?:b|fn|fnref)-/);
      if (name === 'role') expect(value).toMatch(/^doc-/);
    }
  }
};

describe('a chapter that somebody has tampered with', () => {
  it.each(vectors)('comes to the reader without what could run: %s', (vector) => {
    for (const html of [
      vector,
      `<p id="b-x">${vector} after</p>`,
      `<a href="#fn-1" role="doc-noteref">${vector}`,
      `<em title='${vector}'>x</em>`,
      vector.slice(0, Math.ceil(vector.length * 0.7)),
      vector.replaceAll('<', '&lt;'),
    ]) {
      const once = sanitiseChapter(html);
      expectHarmless(parsed(html));
      expect(parsed(once).innerHTML).toBe(parsed(html).innerHTML);
    }
  });

  it('keeps its words where only the element is not for readers', () => {
    expect(parsed('<article><p>One <font color="red">two</font> <blink>three</blink></p></article>').textContent).toBe(
      'One two three',
    );
    expect(parsed('<script>no words</script><style>none</style><svg><text>nor these</text></svg>').textContent).toBe(
      '',
    );
  });

  it('is not taken down by depth', () => {
    const box = parsed(`${'<div>'.repeat(1000)}deep${'</div>'.repeat(1000)}`);
    expect(box.textContent).toBe('deep');
  });
});

describe('a chapter of the house', () => {
  it('is what content wrote', () => {
    const html =
      '<h1 id="b-0192">The Bell</h1><p id="b-0193" lang="fr" dir="ltr">Le <em>vent</em>, <span class="aw-small-caps">Mer</span>' +
      '<a role="doc-noteref" id="fnref-1" href="#fn-1">1</a></p><hr class="aw-scene-break">' +
      '<figure><img src="/api/storage/v1/public/x" alt="A &quot;harbour&quot;" width="640" height="480"></figure>' +
      '<ol start="3"><li>x &amp; y</li></ol><aside role="doc-footnote" id="fn-1"><p>Note</p></aside>';
    const expected = html.replace(' height="480"', ' height="480" loading="lazy" decoding="async"');
    expect(sanitiseChapter(html).replaceAll(/ (\w+)="([^"]*)"/g, '')).toBe(
      expected.replaceAll(/ (\w+)="([^"]*)"/g, ''),
    );
    const box = parsed(html);
    expect(box.querySelector('p')?.outerHTML).toContain('id="b-0193"');
    expect(box.querySelector('p')?.lang).toBe('fr');
    expect(box.querySelector('a')?.getAttribute('href')).toBe('#fn-1');
    expect(box.querySelector('img')?.alt).toBe('A "harbour"');
    expect(box.querySelector('img')?.loading ?? 'lazy').toBe('lazy');
    expect(box.querySelector('.aw-small-caps')?.textContent).toBe('Mer');
  });

  it('opens the web in a window of its own', () => {
    const link = parsed('<a href="https://example.org/">x</a>').querySelector('a');
    expect([link?.target, link?.rel]).toEqual(['_blank', 'noopener noreferrer']);
    expect(parsed('<a href="#fn-1">1</a>').querySelector('a')?.target).toBe('');
  });
});
