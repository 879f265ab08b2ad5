/**
 * How well a text fits what somebody typed: higher is better, 0 is not at all. Letters may be left out ("chsc" finds
 * "Chapter six, scene"), beginnings of words count more than letters within.
 */
export const fitness = (query: string, text: string): number => {
  const wanted = query.toLowerCase().trim();
  const found = text.toLowerCase();
  if (wanted === '') return 1;
  const at = found.indexOf(wanted);
  if (at === 0) return 1000 - found.length;
  if (at > 0) return (/[\s\p{P}]/u.test(found[at - 1] ?? '') ? 800 : 500) - found.length;
  let score = 0;
  let place = -1;
  for (const letter of wanted.replace(/\s+/g, '')) {
    const next = found.indexOf(letter, place + 1);
    if (next === -1) return 0;
    const atStart = next === 0 || /[\s\p{P}]/u.test(found[next - 1] ?? '');
    score += atStart ? 8 : next === place + 1 ? 4 : 1;
    place = next;
  }
  // scattered letters are hardly what was meant
  return score >= wanted.length * 2 ? score : 0;
};
