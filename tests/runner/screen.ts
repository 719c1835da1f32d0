/**
 * What `npm test` shows: one status line per step, failures in full, nothing else. On a terminal a step shows its
 * progress in place; in a log it says now and then that it still runs.
 */
export interface Step {
  progress(text: string): void;
  end(result: string): void;
}

export interface Screen {
  step(name: string): Step;
  /** Prints a block of text, such as a failure, between the status lines. */
  show(text: string): void;
}

const LOG_EVERY_MS = 20_000;

export function terminalScreen(out: NodeJS.WriteStream): Screen {
  const inPlace = out.isTTY === true;
  let unfinished = '';
  const clear = (): void => {
    if (inPlace && unfinished !== '') out.write('\r\x1b[2K');
  };
  return {
    step(name) {
      const started = performance.now();
      const label = name.padEnd(26);
      const seconds = (): string => `${((performance.now() - started) / 1_000).toFixed(1)} s`;
      let loggedMs = started;
      const show = (text: string): void => {
        if (inPlace) {
          clear();
          unfinished = `${label}… ${text}`;
          out.write(unfinished.slice(0, Math.max(20, out.columns - 1)));
        } else if (performance.now() - loggedMs > LOG_EVERY_MS) {
          loggedMs = performance.now();
          out.write(`${label}… ${text}, ${seconds()}\n`);
        }
      };
      show('');
      return {
        progress: show,
        end(result) {
          clear();
          unfinished = '';
          out.write(`${label}${result}  (${seconds()})\n`);
        },
      };
    },
    show(text) {
      clear();
      out.write(`${text.trimEnd()}\n`);
      if (inPlace) out.write(unfinished);
    },
  };
}
