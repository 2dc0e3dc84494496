import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";

/** JWT software of somebody else, and how a machine gets it. */
export type Program = {
  readonly name: string;
  readonly command: string;
  /** With these and nothing on standard input it starts and ends well, if all of it is there. */
  readonly args: readonly string[];
  readonly packages: string;
};

/** Debian's Python, which finds Debian's packages; so with the others. */
export const pyJwt = script("PyJWT", "/usr/bin/python3", "pyjwt.py", "python3-jwt python3-cryptography");
export const rubyJwt = script("ruby-jwt", "/usr/bin/ruby", "ruby_jwt.rb", "ruby ruby-jwt");
export const cryptJwt = script("Crypt::JWT", "/usr/bin/perl", "crypt_jwt.pl", "libcrypt-jwt-perl");
export const joseCommand: Program = { name: "the jose command", command: "jose", args: ["alg"], packages: "jose" };

/**
 * Defines the tests that need a program. A machine without it is told so, loudly, and passes; in CI the tests fail
 * instead, so that nobody releases what only our own library has read.
 */
export function whereInstalled(program: Program, defineTests: () => void): void {
  if (isInstalled(program)) {
    defineTests();
  } else {
    test(`${program.name} is missing on this machine`, (t) =>
      tellMissing(program, { diagnostic: (line) => t.diagnostic(line), stderr: tellOnce }, inCi));
  }
}

/** Whether the program and its libraries can be started. */
export const isInstalled = ({ command, args }: Program): boolean =>
  spawnSync(command, args, { input: "" }).status === 0;

/** Says what was not tested and how to get the program; throws it where the program is `required`. */
export function tellMissing({ name, packages }: Program, { diagnostic, stderr }: Places, { required }: Need): void {
  const message = `${name} is missing, so nothing was tested with it. Get it: apt-get install ${packages}`;
  if (required) throw new Error(message);
  diagnostic(message);
  stderr(message);
}

/** Where the answer is told that a program is missing. */
export type Places = { readonly diagnostic: (line: string) => void; readonly stderr: (line: string) => void };

/** What decides whether a missing program is a failure. */
export type Need = { readonly required: boolean };

const inCi: Need = { required: process.env.CI === "true" };

/** One line of one file's tests on standard error is loud enough. */
function tellOnce(line: string): void {
  if (!told.has(line)) process.stderr.write(`${line}\n`);
  told.add(line);
}

const told = new Set<string>();

function script(name: string, command: string, file: string, packages: string): Program {
  return { name, command, args: [join(import.meta.dirname, "..", "..", "tools", "interop", file)], packages };
}
