import { htmlVectors, markdownVectors } from '../../../../packages/manuscript/test/hostile-vectors.ts';

export { markdownVectors };

const characters = (text: string, write: (code: number) => string): string =>
  Array.from(text, (character) => write(character.codePointAt(0) ?? 0)).join('');

/** An address that runs a script, hidden as people have hidden it from filters. */
const addresses = (): string[] => {
  const schemes = [
    'javascript',
    'vbscript',
    'livescript',
    'data',
    'jar',
    'view-source',
    'blob',
    'filesystem',
    'file',
    'ms-its',
  ];
  const plain = schemes.map((scheme) =>
    scheme === 'data' ? 'data:text/html,<script>run()</script>' : `${scheme}:run()`,
  );
  const js = 'javascript:run()';
  return [
    ...plain,
    'JaVaScRiPt:run()',
    ' \t\njavascript:run()',
    '\u0001javascript:run()',
    'java\tscript:run()',
    'java\nscript:run()',
    'java\r\nscript:run()',
    'java\u0000script:run()',
    'javascript\t:run()',
    'javascript://example.com/%0arun()',
    'javascript:/*https://example.com*/run()',
    'https:javascript:run()',
    'javascript&colon;run()',
    'javascript&#58;run()',
    'java&Tab;script:run()',
    'java&NewLine;script:run()',
    characters(js, (code) => `&#${code};`),
    characters(js, (code) => `&#x${code.toString(16)};`),
    characters(js, (code) => `&#0000${code}`),
    characters(js, (code) => `%${code.toString(16)}`),
    characters(js, (code) => `\\u00${code.toString(16)}`),
    characters(js, (code) => `\\${code.toString(16)} `),
    '\uff4aavascript:run()',
    '\u202ejavascript:run()',
    '\u2028javascript:run()',
    'data:text/html;base64,PHNjcmlwdD5ydW4oKTwvc2NyaXB0Pg==',
    'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" onload="run()"/>',
    'data:application/xhtml+xml,<x:script xmlns:x="http://www.w3.org/1999/xhtml">run()</x:script>',
  ];
};

const quoted = (address: string): string => address.replaceAll('"', '&quot;');

/** Places where an address is followed, or may be. */
const places: readonly ((address: string) => string)[] = [
  (address) => `<p><a href="${quoted(address)}">text</a></p>`,
  (address) => `<p><img src="${quoted(address)}" alt="text"></p>`,
  (address) => `<svg><a xlink:href="${quoted(address)}"><text>text</text></a></svg>`,
  (address) => `<blockquote cite="${quoted(address)}"><p>text</p></blockquote>`,
  (address) => `<p style="background:url('${quoted(address)}')">text</p>`,
  (address) => `<form action="${quoted(address)}"><button formaction="${quoted(address)}">text</button></form>`,
  (address) => `<math href="${quoted(address)}"><mi>text</mi></math>`,
];

/** Every way to run a script that this house knows of, as HTML. */
export const scriptVectors: readonly string[] = [...htmlVectors, ...places.flatMap((place) => addresses().map(place))];

export const scriptAddresses: readonly string[] = addresses();
