import type { WriteStream } from 'node:tty';

export interface Progress {
  /** Something is ready; `milliseconds` is how long it took. */
  readonly step: (what: string, milliseconds?: number) => void;
  readonly note: (line: string) => void;
  readonly done: (text: string) => void;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** What is ready so far: one moving line in a terminal, one line for each step elsewhere. */
export const createProgress = (output: WriteStream): Progress => {
  const ready: string[] = [];
  let frame = 0;
  const line = (): string => {
    const width = output.columns ?? 80;
    return `${FRAMES[frame++ % FRAMES.length]} opening the house: ${ready.join(', ')} …`.slice(0, width - 1);
  };
  const timer = output.isTTY ? setInterval(() => output.write(`\r\x1b[2K${line()}`), 80) : undefined;
  const clear = (): void => {
    if (timer) {
      clearInterval(timer);
      output.write('\r\x1b[2K');
    }
  };
  let open = true;
  return {
    step: (what, milliseconds) => {
      if (open && output.isTTY) ready.push(what);
      else output.write(`${what}${milliseconds === undefined ? '' : ` is ready (${milliseconds} ms)`}\n`);
    },
    note: (text) => output.write(`${text}\n`),
    done: (text) => {
      open = false;
      clear();
      output.write(text);
    },
  };
};
