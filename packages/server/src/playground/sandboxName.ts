/** What the playground offers to sign with. */
export type SandboxAlgorithm = (typeof sandboxAlgorithms)[number];

/** A sandbox issuer: one for each mode and algorithm. */
export type SandboxName = { readonly mode: (typeof sandboxModes)[number]; readonly alg: SandboxAlgorithm };

/** How sessions are remembered, as the playground offers it. */
export const sandboxModes = ["stateless", "stateful", "hybrid"] as const;

/** A shared secret, and three kinds of key pairs. */
export const sandboxAlgorithms = ["HS256", "RS256", "ES256", "EdDSA"] as const;

/** Below this path the sandbox issuers are. */
export const issuersPath = "/playground/issuers";

/** The name in one word, as in the issuer's path and in those of its cookies: `hybrid-ES256`. */
export const wordOf = ({ mode, alg }: SandboxName): string => `${mode}-${alg}`;

/** The sandbox that a path is below, and undefined for any other path. */
export function sandboxOf(path: string): SandboxName | undefined {
  if (!path.startsWith(`${issuersPath}/`)) return undefined;
  const word = path.slice(issuersPath.length + 1).split("/", 1)[0];
  return everySandbox.find((name) => wordOf(name) === word);
}

const everySandbox: readonly SandboxName[] = sandboxModes.flatMap((mode) =>
  sandboxAlgorithms.map((alg) => ({ mode, alg })),
);
