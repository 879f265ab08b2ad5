/**
 * Characters that neither XML nor a PostgreSQL text can hold: the C0 controls except tab, line feed and carriage return,
 * the two non-characters U+FFFE and U+FFFF, and halves of surrogate pairs. And the C1 controls, which are never meant.
 */
// oxlint-disable-next-line no-control-regex -- control characters are what this removes
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|\p{Surrogate}/gu;

/** What Windows-1252 has from 0x80 to 0x9f; text that was decoded as Latin-1 has its quotes and dashes there. */
const WINDOWS_1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

const replacement = (character: string): string => {
  const code = character.charCodeAt(0);
  const meant = code >= 0x80 && code <= 0x9f ? WINDOWS_1252.charAt(code - 0x80) : character;
  return meant === character ? '' : meant;
};

/** Whether anything of a text could be replaced; much faster than the expression above for clean text. */
const mayBeIllegal = (text: string): boolean => {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x20 || unit >= 0xd800 || (unit >= 0x7f && unit <= 0x9f)) return true;
  }
  return false;
};

/**
 * The text without the characters that no book can hold. Quotes and dashes of Windows-1252 that were taken for control
 * characters become what they were (as HTML does it).
 */
export const cleanText = (text: string): string => (mayBeIllegal(text) ? text.replace(ILLEGAL, replacement) : text);
