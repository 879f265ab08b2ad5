import * as Y from 'yjs';
import { fragmentOf } from '../src/ydoc/fragment.ts';

const firstElement = (doc: Y.Doc): Y.XmlElement => fragmentOf(doc).get(0) as Y.XmlElement;

/** What no editor does to a document whose first block is a paragraph with text, and no server may take. */
export const hostileChanges: Readonly<Record<string, (copy: Y.Doc) => void>> = {
  'an element that no manuscript has': (copy) => fragmentOf(copy).insert(0, [new Y.XmlElement('script')]),
  'an element named like a property of objects': (copy) =>
    fragmentOf(copy).insert(0, [new Y.XmlElement('constructor')]),
  'the document within itself': (copy) => fragmentOf(copy).insert(0, [new Y.XmlElement('doc')]),
  'text outside of any paragraph': (copy) => fragmentOf(copy).insert(0, [new Y.XmlText('loose')]),
  'a paragraph in a paragraph': (copy) => firstElement(copy).insert(0, [new Y.XmlElement('paragraph')]),
  'a list item without a list': (copy) => fragmentOf(copy).insert(0, [new Y.XmlElement('listItem')]),
  'a paragraph in a new scene break': (copy) => {
    const element = new Y.XmlElement('sceneBreak');
    element.insert(0, [new Y.XmlElement('paragraph')]);
    fragmentOf(copy).insert(0, [element]);
  },
  'an unknown attribute': (copy) => firstElement(copy).setAttribute('onclick', 'alert(1)'),
  'an attribute named __proto__': (copy) => firstElement(copy).setAttribute('__proto__', 'x'),
  'a wrong value of an attribute': (copy) => firstElement(copy).setAttribute('align', 'sideways'),
  'an object as an attribute': (copy) => firstElement(copy).setAttribute('align', { a: 1 } as never),
  'a block id with markup': (copy) => firstElement(copy).setAttribute('id', '"><script>'),
  'an unknown mark': (copy) => (firstElement(copy).get(0) as Y.XmlText).format(0, 2, { blink: {} }),
  'a link to a script': (copy) =>
    (firstElement(copy).get(0) as Y.XmlText).format(0, 2, { link: { href: 'javascript:alert(1)' } }),
  'a link without an address': (copy) => (firstElement(copy).get(0) as Y.XmlText).format(0, 2, { link: {} }),
  'a mark with more than it has': (copy) =>
    (firstElement(copy).get(0) as Y.XmlText).format(0, 2, { strong: { style: 'x' } }),
  'a mark that is a text': (copy) => (firstElement(copy).get(0) as Y.XmlText).format(0, 2, { strong: 'x' }),
  'an embedded object': (copy) => (firstElement(copy).get(0) as Y.XmlText).insertEmbed(0, { image: 'x' }),
  'an attribute of a text': (copy) => (firstElement(copy).get(0) as Y.XmlText).setAttribute('x', 'y'),
  'another root': (copy) => copy.getMap('elsewhere').set('x', 1),
  'an attribute of the root': (copy) =>
    Y.XmlElement.prototype.setAttribute.call(fragmentOf(copy) as unknown as Y.XmlElement, 'x', 'y'),
  'a map': (copy) => fragmentOf(copy).insert(0, [new Y.Map() as never]),
  'a document in the document': (copy) => copy.getMap('manuscripts').set('x', new Y.Doc()),
  bytes: (copy) => firstElement(copy).setAttribute('id', new Uint8Array(3) as never),
  'nesting without end': (copy) => {
    let outer = new Y.XmlElement('blockquote');
    fragmentOf(copy).insert(0, [outer]);
    for (let depth = 0; depth < 200; depth += 1) {
      const inner = new Y.XmlElement('blockquote');
      outer.insert(0, [inner]);
      outer = inner;
    }
  },
};
