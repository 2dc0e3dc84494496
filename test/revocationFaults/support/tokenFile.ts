import { appendFileSync, closeSync, openSync, readSync, writeFileSync } from "node:fs";

/** Makes an empty file of tokens, and answers with how one is added. The first has the number 0. */
export function newTokenFile(path: string): (token: string) => void {
  writeFileSync(path, "");
  return (token) => appendFileSync(path, `${token}\n`);
}

/** Tokens of the file by their number; what was added since is read when it is asked for. Throws for one that is not there. */
export function readTokens(path: string): (id: number) => string {
  const tokens: string[] = [];
  let offset = 0;
  let unfinished = "";
  const readOn = (): void => {
    const file = openSync(path, "r");
    const bytes = Buffer.alloc(65_536);
    for (let count = readSync(file, bytes, 0, bytes.length, offset); count > 0; ) {
      offset += count;
      const lines = (unfinished + bytes.toString("latin1", 0, count)).split("\n");
      unfinished = lines.pop() ?? "";
      tokens.push(...lines);
      count = readSync(file, bytes, 0, bytes.length, offset);
    }
    closeSync(file);
  };
  return (id) => {
    if (id >= tokens.length) readOn();
    const token = tokens[id];
    if (token === undefined) throw new Error(`There is no token ${id}.`);
    return token;
  };
}
