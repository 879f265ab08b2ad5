import { cleanText } from '../schema/clean-text.ts';

const TEXT = /[&<>]/;
const ATTRIBUTE = /[&<>"\t\n\r]/g;

const TEXT_ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Text as it stands between tags; characters that XML cannot hold are dropped. */
export const escapeText = (text: string): string => {
  const clean = cleanText(text);
  return TEXT.test(clean) ? clean.replace(/[&<>]/g, (sign) => TEXT_ENTITIES[sign] ?? sign) : clean;
};

/** Text as it stands between double quotes of an attribute. */
export const escapeAttribute = (text: string): string =>
  cleanText(text).replace(ATTRIBUTE, (sign) => TEXT_ENTITIES[sign] ?? `&#${sign.charCodeAt(0)};`);
