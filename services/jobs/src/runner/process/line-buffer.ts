import type { LogPiece } from '../task-runner.ts';

/** What a process may have printed and not yet been asked for. */
const KEPT_CHARACTERS = 512 * 1024;
/** A line that does not end is cut here. */
const LONGEST_LINE = 16 * 1024;
const PIECE_LINES = 2_000;
const COMPACT_LINES = 20_000;

/** The output of a process, line by line, until it is read; the oldest lines are dropped when nobody does. */
export class LineBuffer {
  #lines: string[] = [];
  readonly #decoder = new TextDecoder();
  /** Number of the first line that is held, and how many lines before it are still in the array. */
  #first = 0;
  #dropped = 0;
  #characters = 0;
  #rest = '';

  write(chunk: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#add(line);
    while (this.#rest.length > LONGEST_LINE) {
      this.#add(this.#rest.slice(0, LONGEST_LINE));
      this.#rest = this.#rest.slice(LONGEST_LINE);
    }
  }

  /** Nothing more will come. */
  end(): void {
    if (this.#rest !== '') this.#add(this.#rest);
    this.#rest = '';
  }

  /** @param mark Of the piece before; null: from the beginning. */
  read(mark: string | null): LogPiece {
    const wanted = Number(mark ?? 0);
    const from = Math.max(wanted, this.#first);
    const start = from - this.#first + this.#dropped;
    const lines = this.#lines.slice(start, start + PIECE_LINES);
    return {
      text: lines.map((line) => `${line}\n`).join(''),
      mark: String(from + lines.length),
      skipped: from > wanted,
    };
  }

  #add(line: string): void {
    this.#lines.push(line);
    this.#characters += line.length + 1;
    while (this.#characters > KEPT_CHARACTERS) {
      this.#characters -= (this.#lines[this.#dropped]?.length ?? 0) + 1;
      this.#first += 1;
      this.#dropped += 1;
    }
    // taking each line off the front would move all others each time
    if (this.#dropped < COMPACT_LINES) return;
    this.#lines = this.#lines.slice(this.#dropped);
    this.#dropped = 0;
  }
}
