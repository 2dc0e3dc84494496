import { spawn } from "node:child_process";
import type { JsonWebKey } from "node:crypto";
import { buffer, text } from "node:stream/consumers";
import type { ForeignKey, Peer } from "./peer.ts";
import { joseCommand } from "./programs.ts";

/** What a run of the command left behind. */
type Outcome = { readonly code: number | null; readonly output: Buffer; readonly complaint: string };

/** The jose command as a peer. Its keys are JWKs, it knows bytes and no claims, and each call is a process of its own. */
export const josePeer: Peer = {
  generate: async ({ alg }) => {
    const jwk: JsonWebKey = JSON.parse(await joseOutput(["jwk", "gen", "-i", JSON.stringify({ alg })]));
    const isShared = jwk.kty === "oct";
    const verification = isShared ? jwk : JSON.parse(await joseOutput(["jwk", "pub", "-i", "-"], JSON.stringify(jwk)));
    return { signing: { jwk }, verification: { jwk: verification } };
  },
  sign: ({ alg, key, header, claims }) => {
    const template = JSON.stringify({ payload: Buffer.from(JSON.stringify(claims)).toString("base64url") });
    const signature = JSON.stringify({ protected: { ...header, alg } });
    return joseOutput(["jws", "sig", "-i", template, "-s", signature, "-k", "-", "-c"], jwkText(key));
  },
  verify: async ({ key, token }) => {
    const { code, output, complaint } = await runJose(["jws", "ver", "-i", token, "-k", "-", "-O", "-"], jwkText(key));
    return code === 0 ? { ok: true, claims: JSON.parse(output.toString()) } : { ok: false, error: complaint.trim() };
  },
  close: () => undefined,
};

/** What the command prints; throws if it fails. */
export async function joseOutput(args: readonly string[], input = ""): Promise<string> {
  const { code, output, complaint } = await runJose(args, input);
  if (code !== 0) throw new Error(`jose ${args.slice(0, 2).join(" ")} ended with code ${code}: ${complaint}`);
  return output.toString().trim();
}

/** Runs the command with something on its standard input. */
export async function runJose(args: readonly string[], input: string): Promise<Outcome> {
  const child = spawn(joseCommand.command, args);
  // A call that reads none of it may have ended before it is written.
  child.stdin.on("error", () => undefined).end(input);
  const ended = new Promise<number | null>((resolve, reject) => child.on("close", resolve).on("error", reject));
  const [code, output, complaint] = await Promise.all([ended, buffer(child.stdout), text(child.stderr)]);
  return { code, output, complaint };
}

function jwkText(key: ForeignKey): string {
  if (!("jwk" in key)) throw new Error("the jose command takes keys as JWK only");
  return JSON.stringify(key.jwk);
}
