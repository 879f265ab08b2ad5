const NUMBER = String.raw`(?:\d{1,3}|[ivxlcdm]{1,8}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|the first|the second|the third|the last|eins|zwei|drei|vier|fünf|un|une|deux|trois|uno|dos|tres)`;

/** Names of parts of a book, by how high they stand. */
const DIVISIONS = [
  String.raw`part|book|volume|teil|band|partie|livre|tome|parte|libro|volumen`,
  String.raw`chapter|letter|canto|act|kapitel|brief|chapitre|lettre|capítulo|capitulo|carta|capitolo`,
];
const NUMBERED = DIVISIONS.map((names) => new RegExp(String.raw`^(?:${names})\s+${NUMBER}\b`, 'i'));
const ORDINAL = DIVISIONS.map(
  (names) => new RegExp(String.raw`^(?:erst|zweit|dritt|viert)e[rs]?\s+(?:${names})\b`, 'i'),
);

/** Names of what stands before and behind the chapters, written alone. */
const NAMED =
  /^(?:prologue|epilogue|preface|foreword|afterword|introduction|conclusion|dedication|acknowledg(?:e?ments?)|appendix|interlude|prolog|epilog|vorwort|nachwort|einleitung|widmung|danksagung|anhang|préface|avant-propos|postface|épilogue|introducción|prólogo|epílogo|prefacio|agradecimientos)[.:]?$/i;

const LONGEST_HEADING = 80;
const MOST_LINES = 3;

/**
 * The level of a heading that a group of lines is: `PART ONE` 1, `CHAPTER IV. The Storm` and `Prologue` 2; `null` for
 * everything else. A title may stand on the lines behind.
 */
export const headingLevelOf = (group: readonly string[]): number | null => {
  if (group.length > MOST_LINES) return null;
  const lines = group.map((line) => line.replace(/\s+/g, ' ').trim());
  const first = lines[0] ?? '';
  if (lines.some((line) => line.length > LONGEST_HEADING)) return null;
  if (lines.length === 1 && NAMED.test(first)) return 2;
  const division = NUMBERED.findIndex((pattern) => pattern.test(first));
  const ordinal = division >= 0 ? division : ORDINAL.findIndex((pattern) => pattern.test(first));
  if (ordinal < 0) return null;
  // "Chapter one was over before she knew it." is a sentence.
  const title = first.replace(/^\S+\s+\S+/, '').trim();
  const isSentence = /^\p{Ll}/u.test(title) && /[.!?…]["”’]?$/.test(first);
  return isSentence || (lines.length > 1 && first.length > LONGEST_HEADING / 2) ? null : ordinal + 1;
};
