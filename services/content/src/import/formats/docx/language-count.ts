import type { Mark } from 'prosemirror-model';

const primary = (language: string): string => language.split('-', 1)[0]?.toLowerCase() ?? '';

/** Which languages the letters of a document are in, by what its runs say. */
export class LanguageCount {
  readonly #letters = new Map<string, number>();
  #unsaid = 0;

  static isSame(one: string, other: string): boolean {
    return other !== '' && primary(one) === primary(other);
  }

  count(mark: Mark | null, text: string): void {
    const lang: unknown = mark?.attrs['lang'];
    if (typeof lang === 'string') this.#letters.set(lang, (this.#letters.get(lang) ?? 0) + text.length);
    else this.#unsaid += text.length;
  }

  /** The language of most of the text; '' when most of it is in the one that the document says. */
  get main(): string {
    let main = '';
    let most = this.#unsaid;
    const byPrimary = new Map<string, number>();
    for (const [lang, letters] of this.#letters)
      byPrimary.set(primary(lang), (byPrimary.get(primary(lang)) ?? 0) + letters);
    const [largest] = [...byPrimary].sort((a, b) => b[1] - a[1]);
    if (!largest || largest[1] <= most) return '';
    most = 0;
    for (const [lang, letters] of this.#letters)
      if (primary(lang) === largest[0] && letters > most) {
        main = lang;
        most = letters;
      }
    return main;
  }
}
