const MAX_LENGTH = 500;

/** In this order, because browsers name those that they are built on as well. */
const PROGRAMS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b|\bMacintosh\b/, 'Mac'],
  [/\bLinux\b/, 'Linux'],
];

const nameIn = (table: readonly (readonly [RegExp, string])[], text: string): string | undefined =>
  table.find(([pattern]) => pattern.test(text))?.[1];

/** What a person knows a device by, e.g. "Firefox on Linux"; made of our own words, never of the header's. */
export const deviceLabelOf = (userAgent: string | undefined): string => {
  const text = (userAgent ?? '').slice(0, MAX_LENGTH);
  const program = nameIn(PROGRAMS, text);
  const system = nameIn(SYSTEMS, text);
  if (program && system) return `${program} on ${system}`;
  return program ?? system ?? (text === '' ? 'Unknown device' : 'A program');
};
