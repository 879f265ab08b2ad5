/** Greek and mathematics of the font Symbol, from its code 0x41 on; a space where there is nothing in Unicode. */
const SYMBOL_UPPER = 'ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ';
const SYMBOL_LOWER = 'αβχδεφγηιϕκλμνοπθρστυϖωξψζ';
const SYMBOL_OTHER: Readonly<Record<number, string>> = {
  0x22: '∀',
  0x24: '∃',
  0x27: '∍',
  0x2a: '∗',
  0x2d: '−',
  0x40: '≅',
  0x5e: '⊥',
  0x7e: '∼',
  0xa2: '′',
  0xa3: '≤',
  0xa5: '∞',
  0xa7: '♣',
  0xa8: '♦',
  0xa9: '♥',
  0xaa: '♠',
  0xab: '↔',
  0xac: '←',
  0xad: '↑',
  0xae: '→',
  0xaf: '↓',
  0xb0: '°',
  0xb1: '±',
  0xb2: '″',
  0xb3: '≥',
  0xb4: '×',
  0xb7: '•',
  0xb8: '÷',
  0xb9: '≠',
  0xba: '≡',
  0xbb: '≈',
  0xbc: '…',
  0xc5: '⊕',
  0xd7: '⋅',
  0xd2: '®',
  0xd3: '©',
  0xd4: '™',
  0xe0: '◊',
  0xe2: '®',
  0xe3: '©',
  0xe4: '™',
};
const WINGDINGS: Readonly<Record<number, string>> = {
  0x26: '📖',
  0x28: '☎',
  0x2a: '✉',
  0x4a: '☺',
  0x4c: '☹',
  0x54: '❄',
  0x58: '✠',
  0x59: '✡',
  0x6c: '●',
  0x6e: '■',
  0x6f: '□',
  0x71: '❑',
  0x74: '⧫',
  0x75: '◆',
  0x76: '❖',
  0x77: '⬥',
  0x78: '⌧',
  0x7b: '❀',
  0x7c: '✿',
  0x9f: '•',
  0xa7: '▪',
  0xa8: '◻',
  0xab: '★',
  0xad: '✶',
  0xae: '✴',
  0xaf: '✷',
  0xb6: '☆',
  0xd8: '➢',
  0xe0: '→',
  0xe8: '➔',
  0xdf: '←',
  0xe1: '↑',
  0xe2: '↓',
  0xfb: '✗',
  0xfc: '✓',
  0xfd: '☒',
  0xfe: '☑',
};

const inSymbol = (code: number): string | undefined => {
  if (code >= 0x41 && code <= 0x5a) return SYMBOL_UPPER[code - 0x41];
  if (code >= 0x61 && code <= 0x7a) return SYMBOL_LOWER[code - 0x61];
  return SYMBOL_OTHER[code] ?? (code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : undefined);
};

/**
 * The letter that a symbol font shows for a code; null where Unicode has none that is known here.
 * @param code As Word writes it: hexadecimal, often in the private area from F000 on.
 */
export const symbolOf = (font: string, code: string): string | null => {
  const number = Number.parseInt(code, 16);
  if (Number.isNaN(number) || number > 0xffff) return null;
  const isPrivate = number >= 0xf000 && number <= 0xf0ff;
  const small = isPrivate ? number - 0xf000 : number;
  if (/^symbol$/i.test(font)) return inSymbol(small) ?? null;
  if (/^wingdings$/i.test(font)) return WINGDINGS[small] ?? null;
  return isPrivate || number < 0x20 ? null : String.fromCharCode(number);
};
