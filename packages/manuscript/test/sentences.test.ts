import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DocNode, manuscriptSchema, normaliseManuscript } from '../src/schema/index.ts';
import {
  blockText,
  diffSentences,
  type Sentence,
  sentenceSpans,
  sentencesOf,
  sentencesOfManuscript,
} from '../src/sentences/index.ts';
import { anyManuscript } from './arbitrary-manuscript.ts';
import { br, code, doc, fn, h, line, p, text, verse } from './writing.ts';

const split = (written: string, language: string): string[] =>
  sentenceSpans(written, language).map(({ from, to }) => written.slice(from, to));

/** Sentences as novels have them; each is one, next to any other. */
const prose: Readonly<Record<string, readonly string[]>> = {
  en: [
    '“Stop!” he said.',
    '“Why?” John asked.',
    '“Who goes there?” cried the old sailor, and raised his lamp.',
    '“I see,” she said, “that you have not changed.”',
    'Mr. Smith met Dr. J. R. Brown at 3.14 on Jan. 5.',
    'Mrs. Dalloway said she would buy the flowers herself.',
    'It was No. 7, not No. 8.',
    'She had seen, e.g., Paris and i.e. nothing else.',
    'He paid $3.50 for it.',
    'The U.S. Army had left St. John’s.',
    'It was I.',
    'Who was it?',
    'Nobody!',
    '(He had left.)',
    'He (why?) went on.',
    '“No.”',
    '“I… I don’t know.”',
    'And then ... nothing.',
    'J. R. R. Tolkien wrote it.',
    'See https://example.com/a.b?c=d for more.',
    'He shouted “Fire!” and ran.',
    '“What?!” she whispered.',
    '“Oh!” I said.',
    'She wrote it down – every word.',
    'Smith et al. had said so.',
  ],
  de: [
    '„Halt!“, rief er.',
    '„Wer ist da?“ fragte sie.',
    '„Nein.“',
    'Er kam am 3. Mai 1900 an.',
    'Das war z. B. Herrn Dr. Faust bekannt, u. a. auch mir.',
    'Der 2. Weltkrieg war vorbei.',
    'Prof. Müller wohnte in der Nr. 5.',
    'Ludwig XIV. König von Frankreich, lachte.',
    '»Komm!« sagte er.',
    'Was nun?',
    'Sie ging.',
    'Es waren ca. 20 Leute da.',
    'Das geschah 1914.',
  ],
  fr: [
    '« Halte ! » dit-il.',
    '« Qui est là ? » demanda M. Dupont.',
    'Mme. Curie et Mlle. Rose arrivèrent.',
    '— Non, dit-elle.',
    'Il partit.',
    'C’était, p. ex. Paris ou Lyon.',
    'Quoi ?',
    'Le no. 5 était libre.',
    '« Oui. »',
  ],
  es: [
    '—¡Alto! —dijo él.',
    '¿Quién es?',
    '¡No!',
    'La Sra. Gómez vive en la calle Mayor.',
    'El Dr. Ruiz y D. Juan llegaron.',
    '—¿Vienes? —preguntó Ana—.',
    'Se fue.',
    'Vive en la pág. 5.',
    '«No», dijo.',
  ],
};

const cases = Object.entries(prose).flatMap(([language, sentences]) =>
  sentences.map((sentence) => [language, sentence] as const),
);

describe('sentences', () => {
  it.each(cases)('in %s do not fall apart: %s', (language, sentence) => {
    expect(split(sentence, language)).toEqual([sentence]);
  });

  it('are found again however they stand next to each other', () => {
    for (const [language, sentences] of Object.entries(prose)) {
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...sentences), { minLength: 1, maxLength: 8 }), (chosen) => {
          expect(split(chosen.join(' '), language)).toEqual(chosen);
        }),
        { numRuns: 400 },
      );
    }
  });

  it.each([
    [
      'en',
      'Wait… What? Wait... What? Well . . . Then he left.',
      ['Wait…', 'What?', 'Wait...', 'What?', 'Well . . .', 'Then he left.'],
    ],
    ['en', '“Stop. Don’t move.” He froze.', ['“Stop.', 'Don’t move.”', 'He froze.']],
    ['en', 'He lived on Main St. Then he died.', ['He lived on Main St.', 'Then he died.']],
    ['en', 'She lives in the U.S. She likes it.', ['She lives in the U.S.', 'She likes it.']],
    ['en', 'It was plan B. Then came plan C. He laughed.', ['It was plan B.', 'Then came plan C.', 'He laughed.']],
    ['en', '“Fire!” The crowd ran.', ['“Fire!”', 'The crowd ran.']],
    ['en', '1. The first. 2. The second.', ['1. The first.', '2. The second.']],
    ['en', 'IV. Loomings', ['IV. Loomings']],
    ['en', 'No. No. No! Never.', ['No.', 'No.', 'No!', 'Never.']],
    ['en', '* * *', ['* * *']],
    ['en', '…', ['…']],
    ['es', '—No. —Se levantó y salió. —Adiós.', ['—No.', '—Se levantó y salió.', '—Adiós.']],
    ['de', 'Er war 18. Sie war 20. Das war alles.', ['Er war 18.', 'Sie war 20.', 'Das war alles.']],
    ['ja', '「止まれ！」と彼は言った。「はい」次の文。', ['「止まれ！」と彼は言った。', '「はい」次の文。']],
    ['zh', '“停下！”他说。然后他走了。“好！”', ['“停下！”他说。', '然后他走了。', '“好！”']],
    ['ru', '«Стой!» — сказал он. Г. Иванов ушёл.', ['«Стой!» — сказал он.', 'Г. Иванов ушёл.']],
    ['hi', 'नमस्ते। कैसे हो?', ['नमस्ते।', 'कैसे हो?']],
    ['ar', 'سلام؟ نعم. لا', ['سلام؟', 'نعم.', 'لا']],
    ['cs', 'Přišel 3. května. Odešel.', ['Přišel 3. května.', 'Odešel.']],
    ['xx-nonsense', 'One. Two.', ['One.', 'Two.']],
    ['', 'One. Two.', ['One.', 'Two.']],
  ])('in %s end where a reader takes a breath: %s', (language, written, expected) => {
    expect(split(written, language)).toEqual(expected);
  });

  it('end at a line break; a heading, a line of verse and code are one each', () => {
    expect(sentencesOf(p('Dear Mara,', br(), 'come home. Please.'), 'en').map((sentence) => sentence.text)).toEqual([
      'Dear Mara,',
      'come home.',
      'Please.',
    ]);
    expect(sentencesOf(h(1, 'Chapter 1. The Storm. Part two.'), 'en')).toHaveLength(1);
    expect(sentencesOf(line('Tyger! Tyger! burning bright. So'), 'en')).toHaveLength(1);
    expect(sentencesOf(code('a. B.\nC. D.'), 'en')).toHaveLength(1);
    expect(sentencesOf(p(), 'en')).toEqual([]);
    expect(sentencesOf(p(' ', br()), 'en')).toEqual([]);
  });

  it('are not torn by a footnote, which belongs to the sentence before it and has sentences of its own', () => {
    const note = fn('One note. Two.');
    const block = p('The sea', fn('Not the ocean.'), ' was calm.', note, ' Nobody spoke.');
    const [first, second] = sentencesOf(block, 'en');
    expect([first?.text, second?.text]).toEqual(['The sea was calm.', 'Nobody spoke.']);
    const content = (from = 0, to = 0) => block.content.cut(from, to).toString();
    expect(content(first?.start, first?.end)).toBe(
      '<"The sea", footnote("Not the ocean."), " was calm.", footnote("One note. Two.")>',
    );
    expect(content(second?.start, second?.end)).toBe('<"Nobody spoke.">');
    expect(sentencesOf(note, 'en').map((sentence) => sentence.text)).toEqual(['One note.', 'Two.']);
  });

  it('of a manuscript come block by block, each with its footnotes behind', () => {
    const written = doc(h(1, 'One'), p('First.', fn('Note.'), ' Second.'), verse([line('x'), line('y')]));
    const read = sentencesOfManuscript(written, 'en').map(({ kind, sentences }) => [
      kind,
      ...sentences.map((sentence) => sentence.text),
    ]);
    expect(read).toEqual([
      ['heading', 'One'],
      ['paragraph', 'First.', 'Second.'],
      ['footnote', 'Note.'],
      ['verseLine', 'x'],
      ['verseLine', 'y'],
    ]);
  });

  it('of a block in another language follow that language', () => {
    const german = manuscriptSchema.text('Er kam am 3. Mai an. Gut.', [
      manuscriptSchema.marks.language.create({ lang: 'de' }),
    ]);
    expect(sentencesOf(p(german), 'en')).toHaveLength(2);
  });

  it('and the white space between them are the whole text, in any document and language', () => {
    fc.assert(
      fc.property(
        anyManuscript,
        fc.constantFrom('en', 'de', 'fr', 'es', 'zh', 'ja', 'th', 'xx'),
        (written, language) => {
          written.descendants((block) => {
            if (!block.inlineContent) return;
            const whole = blockText(block);
            let at = 0;
            for (const { from, to, start, end, text: sentence } of sentencesOf(block, language)) {
              expect(whole.slice(at, from).trim()).toBe('');
              expect(whole.slice(from, to)).toBe(sentence);
              expect(sentence).toBe(sentence.trim());
              expect(0 <= start && start < end && end <= block.content.size).toBe(true);
              expect(blockText(block.cut(start, end))).toBe(sentence);
              at = to;
            }
            expect(whole.slice(at).trim()).toBe('');
          });
        },
      ),
      { numRuns: 500 },
    );
  });

  it('of a text of a million signs without an end are found as well', () => {
    for (const piece of ['Mr. ', 'A. ', '. ', '"', '… ', '!” ', 'z. B. ', '「', '\u00a0']) {
      const long = piece.repeat(Math.ceil(200_000 / piece.length));
      expect(sentenceSpans(long, 'en').at(-1)?.to ?? 0).toBeLessThanOrEqual(long.length);
    }
  });
});

const anySentences = fc.array(fc.constantFrom(...(prose.en ?? [])), { minLength: 1, maxLength: 8 });
const idsOf = (block: DocNode): string[] => sentencesOf(block, 'en').map((sentence) => sentence.id);
const only = (written: DocNode): DocNode => written.firstChild ?? written;

describe('the identity of a sentence', () => {
  it('changes for exactly the one sentence that is edited', () => {
    fc.assert(
      fc.property(anySentences, fc.nat(), fc.constantFrom(...(prose.en ?? [])), (sentences, choice, replacement) => {
        const place = choice % sentences.length;
        fc.pre(sentences[place] !== replacement);
        const before = only(doc(p(sentences.join(' '))));
        const after = before.copy(p(sentences.with(place, replacement).join(' ')).content);
        const old = new Set(idsOf(before));
        const current = new Set(idsOf(after));
        expect([...old].filter((id) => !current.has(id))).toHaveLength(1);
        expect([...current].filter((id) => !old.has(id))).toHaveLength(1);
      }),
      { numRuns: 500 },
    );
  });

  it('does not change with formatting, white space, footnotes or what happens to other blocks', () => {
    const plain = only(doc(p('The sea was calm. Nobody spoke.')));
    const formatted = plain.copy(
      p('The ', text('sea', 'emphasis', 'strong'), '  was\u00a0calm.', fn('A note.'), ' Nobody spoke.').content,
    );
    expect(idsOf(formatted)).toEqual(idsOf(plain));
    const composed = plain.copy(p('Cafe\u0301.').content);
    expect(idsOf(composed)).toEqual(idsOf(plain.copy(p('Café.').content)));
  });

  it('is made of the block’s id, and tells the same words apart by counting them', () => {
    const block = only(doc(p('No. No. No! No.')));
    const [first, second, third, fourth] = sentencesOf(block, 'en');
    const key = first?.key ?? '';
    expect([first?.id, second?.id, fourth?.id]).toEqual([
      `${block.attrs.id}.${key}`,
      `${block.attrs.id}.${key}.2`,
      `${block.attrs.id}.${key}.3`,
    ]);
    expect(third?.key).not.toBe(key);
    expect(sentencesOf(only(doc(p('No.'))), 'en')[0]?.key).toBe(key);
  });

  it('is written down in stone: ids are stored, so they must not change with a release', () => {
    const block = p('The sea was calm. “Stop!” he said. Café. 漢字。').type.create(
      { id: 'AbCdEfGh1234' },
      p('The sea was calm. “Stop!” he said. Café. 漢字。').content,
    );
    expect(idsOf(block)).toEqual(STONE);
  });

  it('is not shared by any two of 50,000 different sentences', () => {
    const keys = new Set(
      Array.from(
        { length: 50_000 },
        (_, index) => sentencesOf(p(`Sentence number ${index} of the book`), 'en')[0]?.key,
      ),
    );
    expect(keys.size).toBe(50_000);
  });
});

const STONE = [
  'AbCdEfGh1234.0tj9bw0lgac',
  'AbCdEfGh1234.1fbvrkuzfut',
  'AbCdEfGh1234.10ok4x8qqv5',
  'AbCdEfGh1234.0qwg2i7rgrl',
];

const texts = (sentences: readonly Sentence[]): string[] => sentences.map((sentence) => sentence.text);
const diffOf = (before: DocNode, after: DocNode) => {
  const all = (written: DocNode) => sentencesOfManuscript(written, 'en').flatMap(({ sentences }) => sentences);
  const { kept, moved, changed, added, removed } = diffSentences(all(before), all(after));
  return {
    kept: kept.length,
    moved: moved.map(([, after]) => after.text),
    changed: changed.map(([before, after]) => [before.text, after.text]),
    added: texts(added),
    removed: texts(removed),
  };
};

describe('two versions of a text', () => {
  const before = doc(p('The sea was calm. Nobody spoke. It was late.'), p('A lamp burned. She waited.'));
  const [one, two] = before.children as [DocNode, DocNode];
  const edited = (block: DocNode, written: string) => block.copy(p(written).content);
  const versionOf = (...blocks: DocNode[]) => normaliseManuscript(before.type.create(null, blocks));

  it('are told apart sentence by sentence', () => {
    const nothing = { kept: 5, moved: [], changed: [], added: [], removed: [] };
    expect(diffOf(before, before)).toEqual(nothing);
    expect(
      diffOf(before, versionOf(edited(one, 'The sea was calm. Nobody dared to speak. It was late.'), two)),
    ).toEqual({
      ...nothing,
      kept: 4,
      changed: [['Nobody spoke.', 'Nobody dared to speak.']],
    });
    expect(diffOf(before, versionOf(edited(one, 'The sea was calm. Nobody spoke. No! It was late.'), two))).toEqual({
      ...nothing,
      added: ['No!'],
    });
    expect(diffOf(before, versionOf(edited(one, 'The sea was calm. It was late.'), two))).toEqual({
      ...nothing,
      kept: 4,
      removed: ['Nobody spoke.'],
    });
  });

  it('show a sentence that was wholly rewritten in its place as changed', () => {
    expect(diffOf(before, versionOf(edited(one, 'The sea was calm. 12! It was late.'), two)).changed).toEqual([
      ['Nobody spoke.', '12!'],
    ]);
  });

  it('know a sentence again when its paragraph was split, merged or moved', () => {
    const nothing = { moved: [], changed: [], added: [], removed: [] };
    expect(diffOf(before, versionOf(two, one))).toEqual({ ...nothing, kept: 5 });
    const halves = versionOf(edited(one, 'The sea was calm.'), p('Nobody spoke. It was late.'), two);
    expect(diffOf(before, halves)).toEqual({ ...nothing, kept: 3, moved: ['Nobody spoke.', 'It was late.'] });
    const merged = versionOf(edited(one, 'The sea was calm. Nobody spoke. It was late. A lamp burned. She waited.'));
    expect(diffOf(before, merged)).toEqual({ ...nothing, kept: 3, moved: ['A lamp burned.', 'She waited.'] });
  });

  it('account for every sentence once, whatever was done', () => {
    fc.assert(
      fc.property(anyManuscript, anyManuscript, (old, current) => {
        const all = (written: DocNode) => sentencesOfManuscript(written, 'en').flatMap(({ sentences }) => sentences);
        const [was, is] = [all(old), all(current)];
        const { kept, moved, changed, added, removed } = diffSentences(was, is);
        const pairs = [...kept, ...moved, ...changed];
        expect([...pairs.map(([first]) => first), ...removed].toSorted(byId)).toEqual(was.toSorted(byId));
        expect([...pairs.map(([, second]) => second), ...added].toSorted(byId)).toEqual(is.toSorted(byId));
      }),
      { numRuns: 300 },
    );
  });
});

const byId = (one: Sentence, other: Sentence): number => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);
