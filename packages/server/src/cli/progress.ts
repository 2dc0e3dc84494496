/** What a long piece of work says while it goes on, on standard error. */
export type Progress = {
  /** On a terminal the line takes the place of the one before; elsewhere nothing is shown that often, but every tenth. */
  readonly show: (line: string) => void;
  readonly end: () => void;
};

/** Progress that has shown nothing yet. */
export function createProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  let shown = 0;
  return {
    show: (line) => {
      shown += 1;
      if (stream.isTTY) stream.write(`\r\x1b[K${line}`);
      else if (shown % 10 === 0) stream.write(`${line}\n`);
    },
    end: () => {
      if (stream.isTTY && shown > 0) stream.write("\r\x1b[K");
    },
  };
}
