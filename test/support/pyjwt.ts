import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";

/** What `tools/interop/pyjwt_verify.py` found out about a token. */
export type PythonVerdict =
  | { readonly ok: true; readonly claims: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly error: string };

/** By which key and for whom Python verifies. `secret` (base64url) replaces the key set for HS256. */
export type PythonPolicy = {
  readonly jwksUrl: string;
  readonly audience: string;
  readonly issuer: string;
  readonly secret?: string;
};

/** Where the answer is told that PyJWT is missing. */
export type Places = { readonly diagnostic: (message: string) => void; readonly stderr: (line: string) => void };

/** Debian's Python, which finds Debian's packages. */
const debiansPython = "/usr/bin/python3";

/**
 * Whether PyJWT can be asked. A machine without it is told so, loudly, and passes; where `required` (in CI), it throws instead, so
 * that nobody releases what only our own library has read.
 */
export function hasPyJwt({ diagnostic, stderr }: Places, { required, python = debiansPython }: Need): boolean {
  if (spawnSync(python, ["-c", "import jwt, cryptography"]).status === 0) return true;
  const message = `PyJWT is missing, so no token was verified by PyJWT. Get it: apt-get install python3-jwt python3-cryptography`;
  if (required) throw new Error(message);
  diagnostic(message);
  stderr(message);
  return false;
}

/** What decides whether a missing PyJWT is a failure. */
export type Need = { readonly required: boolean; readonly python?: string };

/** Asks PyJWT about a token. */
export function askPyJwt(token: string, { jwksUrl, audience, issuer, secret }: PythonPolicy): Promise<PythonVerdict> {
  const env = { PATH: process.env.PATH, ...(secret === undefined ? {} : { HS256_SECRET: secret }) };
  const { promise, resolve, reject } = Promise.withResolvers<PythonVerdict>();
  const child = execFile(debiansPython, [script, jwksUrl, audience, issuer], { env }, (error, stdout) =>
    error ? reject(error) : resolve(JSON.parse(stdout)),
  );
  child.stdin?.end(token);
  return promise;
}

const script = join(import.meta.dirname, "..", "..", "tools", "interop", "pyjwt_verify.py");
