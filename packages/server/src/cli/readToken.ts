import { text } from "node:stream/consumers";
import { UsageError } from "./command.ts";

/** The token on the command line, or from standard input for `-`; a leading `Bearer` and white space around it are dropped. */
export async function readToken(word: string | undefined): Promise<string> {
  const given = word === "-" ? await text(process.stdin) : (word ?? "");
  const token = given.trim().replace(/^Bearer +/i, "");
  if (token === "") throw new UsageError("There is no token. Give one, or pipe it in: … | cardea token inspect -");
  return token;
}
