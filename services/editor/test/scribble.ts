import { newBlockId } from '@authorworks/manuscript/schema';
import * as Y from 'yjs';
import { type Dice, wordsOf } from './prose.ts';

const textsOf = (doc: Y.Doc): Y.XmlText[] =>
  doc
    .getXmlFragment('manuscript')
    .toArray()
    .flatMap((block) => (block instanceof Y.XmlElement ? block.toArray() : []))
    .filter((child): child is Y.XmlText => child instanceof Y.XmlText);

const newParagraph = (random: Dice): Y.XmlElement => {
  const paragraph = new Y.XmlElement('paragraph');
  paragraph.setAttribute('id', newBlockId());
  paragraph.insert(0, [new Y.XmlText(wordsOf(random, 1 + random.pick(8)))]);
  return paragraph;
};

/** One random change, as an editor could make it. */
export const scribble = (doc: Y.Doc, random: Dice): void => {
  const fragment = doc.getXmlFragment('manuscript');
  const texts = textsOf(doc);
  const kind = random.pick(10);
  doc.transact(() => {
    if (kind === 0 || texts.length === 0) {
      fragment.insert(random.pick(fragment.length + 1), [newParagraph(random)]);
      return;
    }
    if (kind === 1 && fragment.length > 2) {
      fragment.delete(random.pick(fragment.length), 1);
      return;
    }
    const text = random.one(texts);
    const at = random.pick(text.length + 1);
    const length = Math.min(text.length - at, 1 + random.pick(6));
    if (kind === 2 && length > 0) text.delete(at, length);
    else if (kind === 3 && length > 0)
      text.format(at, length, { [random.one(['strong', 'emphasis'])]: random.pick(2) ? {} : null });
    else text.insert(at, random.one(['a', 'e', 'r', ' ', 'x', wordsOf(random, 2)]));
  });
};

/** Everything that a document says, to be compared. */
export const contentOf = (doc: Y.Doc): string =>
  JSON.stringify(
    doc
      .getXmlFragment('manuscript')
      .toArray()
      .map((block) =>
        block instanceof Y.XmlElement
          ? [
              block.getAttributes(),
              block
                .toArray()
                .map((child) => (child instanceof Y.XmlText ? (child.toDelta() as unknown) : child.toJSON())),
            ]
          : block.toJSON(),
      ),
  );
