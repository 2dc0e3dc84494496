import { spawn } from "node:child_process";
import type { JsonWebKey } from "node:crypto";
import { createInterface } from "node:readline";
import type { Program } from "./programs.ts";

/** How a key travels. A secret is base64url; a `jwksUrl` is where the other side fetches the key itself. */
export type ForeignKey =
  | { readonly pem: string }
  | { readonly jwk: JsonWebKey }
  | { readonly secret: string }
  | { readonly jwksUrl: string };

/** The forms that a key can be made in. */
export type Form = "pem" | "jwk" | "secret";

/** What signs and what verifies; the same thing twice for a shared secret. */
export type ForeignKeys = { readonly signing: ForeignKey; readonly verification: ForeignKey };

/** What the other side says of a token; its error in its own words. */
export type ForeignVerdict =
  | { readonly ok: true; readonly claims: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly error: string };

/** One request for each thing that the other side does. */
export type GenerateRequest = { readonly alg: string; readonly form: Form };
export type SignRequest = {
  readonly alg: string;
  readonly key: ForeignKey;
  readonly header: object;
  readonly claims: object;
};
export type VerifyRequest = {
  readonly alg: string;
  readonly key: ForeignKey;
  readonly token: string;
  readonly issuer: string;
  readonly audience: string;
};

/** Somebody else who signs and verifies. */
export type Peer = {
  readonly generate: (request: GenerateRequest) => Promise<ForeignKeys>;
  readonly sign: (request: SignRequest) => Promise<string>;
  readonly verify: (request: VerifyRequest) => Promise<ForeignVerdict>;
  readonly close: () => void;
};

/** Starts a program of `tools/interop`. It serves any number of requests; their answers come in the same order. */
export function startPeer(program: Program): Peer {
  const { ask, close } = startProgram(program);
  return {
    generate: (request) => ask<ForeignKeys>({ do: "generate", ...request }),
    sign: async (request) => (await ask<{ readonly token: string }>({ do: "sign", ...request })).token,
    verify: (request) => ask<ForeignVerdict>({ do: "verify", ...request }),
    close,
  };
}

function startProgram({ name, command, args }: Program) {
  const waiting: PromiseWithResolvers<string>[] = [];
  const child = spawn(command, args);
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    complaint += text;
  });
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()?.resolve(line));
  child.stdin.on("error", () => undefined);
  child.on("close", (code) => {
    for (const { reject } of waiting) reject(new Error(`${name} ended with code ${code}: ${complaint}`));
  });
  return {
    ask: async <Answer>(request: object): Promise<Answer> => {
      if (child.exitCode !== null) throw new Error(`${name} has ended with code ${child.exitCode}: ${complaint}`);
      const answer = Promise.withResolvers<string>();
      waiting.push(answer);
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return JSON.parse(await answer.promise);
    },
    close: () => child.stdin.end(),
  };
}
