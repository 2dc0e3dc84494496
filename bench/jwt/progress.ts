/** Says on stderr what is going on: in place on a terminal, else now and then. */
export function progress(text: string): void {
  if (process.stderr.isTTY) {
    process.stderr.write(`\r\x1b[K${text}`);
  } else if (Date.now() - last > 5_000) {
    last = Date.now();
    console.error(text);
  }
}

let last = 0;

/** Leaves the line on which the last text stands. */
export function endProgress(): void {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
}
