/** What a chapter is to its book: the structural semantics of EPUB, and the role of DPUB-ARIA where there is one. */
export interface SectionType {
  readonly type: string;
  readonly role: string;
}

const section = (type: string): SectionType => ({ type, role: `doc-${type}` });

/** By titles that say it, in the languages that the house has words in. */
const NAMED: readonly (readonly [RegExp, SectionType])[] = [
  [/^(?:prologue?|prolog|prólogo|proloog)\b/iu, section('prologue')],
  [/^(?:epilogue?|epilog|epílogo|épilogue|epiloog)\b/iu, section('epilogue')],
  [/^(?:foreword|vorwort|geleitwort|avant-propos|voorwoord)\b/iu, section('foreword')],
  [/^(?:preface|préface|prefacio|prefazione|prefácio)\b/iu, section('preface')],
  [
    /^(?:introduction|einleitung|einführung|introducción|introduzione|introdução|inleiding)\b/iu,
    section('introduction'),
  ],
  [/^(?:afterword|nachwort|postface|posfacio|postfazione|posfácio|nawoord)\b/iu, section('afterword')],
  [
    /^(?:acknowledge?ments?|danksagung|dank|remerciements|agradecimientos|ringraziamenti|agradecimentos|dankwoord)\b/iu,
    section('acknowledgments'),
  ],
  [/^(?:appendix|anhang|annexe|apéndice|appendice|apêndice|bijlage)\b/iu, section('appendix')],
];

const CHAPTER = section('chapter');

/** Only front and back matter, and what stands around a story, is called anything else than a chapter. */
export const sectionTypeOf = ({
  title,
  matter,
}: {
  readonly title: string;
  readonly matter: string;
}): SectionType | null => NAMED.find(([name]) => name.test(title.trim()))?.[1] ?? (matter === 'body' ? CHAPTER : null);
