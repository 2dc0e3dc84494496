import type { Said } from "./verifierProgram.ts";

/** A token that is revoked in the run. Times are of this process's monotonic clock, in milliseconds. */
export type Revoked = {
  readonly token: string;
  readonly phase: Phase;
  /** From when on the revocation is promised: its answer has arrived. */
  acknowledgedAt?: number;
  /** From when on no verifier may accept the token: the answer to `wait: effective`, with nobody pending. */
  effectiveAt?: number;
  /** By verifier: when it was last seen to accept. */
  readonly acceptedAt: Map<number, number>;
};

/** Whether faults were about when it was revoked. */
export type Phase = "quiet" | "faults";

/** A question to a verifier, and when it was sent and answered. */
export type Asked = { readonly verifier: number; readonly sentAt: number; readonly answeredAt: number };

/** What must never be seen, by the invariant that it breaks. */
export type Violation = {
  readonly broken: "bound" | "effective" | "lost" | "overreach";
  readonly verifier: number;
  readonly said: Said;
  /** How long the question came after the answer that promised the contrary; for `overreach` 0. */
  readonly lateMs: number;
};

/** What was acknowledged, what verifiers said, and what of it must not be. */
export type Ledger = {
  readonly revoked: readonly Revoked[];
  readonly violations: readonly Violation[];
  /** How often verifiers said what. */
  readonly said: ReadonlyMap<Said, number>;
  readonly begin: (token: string, phase: Phase) => Revoked;
  /** Those that this verifier has not been seen to refuse since they were acknowledged. */
  readonly unsettled: (verifier: number) => Iterable<Revoked>;
  /** A verifier was asked about tokens of `begin`, and said so. */
  readonly heard: (asked: Asked, tokens: readonly Revoked[], said: readonly Said[]) => void;
  /** A verifier was asked about tokens that nobody revoked. */
  readonly heardOfOthers: (asked: Asked, said: readonly Said[]) => void;
  /** The faults are over and the verifier is live: now it must refuse what was acknowledged. */
  readonly heardAtLast: (asked: Asked, tokens: readonly Revoked[], said: readonly Said[]) => void;
};

/** An empty ledger for so many verifiers. */
export function newLedger(verifiers: number, maxStalenessMs: number): Ledger {
  const revoked: Revoked[] = [];
  const violations: Violation[] = [];
  const counts = new Map<Said, number>();
  const unsettled = Array.from({ length: verifiers }, () => new Set<Revoked>());

  const count = (said: Said): void => {
    counts.set(said, (counts.get(said) ?? 0) + 1);
  };
  const accepted = ({ verifier, sentAt, answeredAt }: Asked, item: Revoked): void => {
    item.acceptedAt.set(verifier, answeredAt);
    const { acknowledgedAt = Number.POSITIVE_INFINITY, effectiveAt = Number.POSITIVE_INFINITY } = item;
    if (sentAt - acknowledgedAt > maxStalenessMs) {
      violations.push({ broken: "bound", verifier, said: "accepted", lateMs: sentAt - acknowledgedAt });
    }
    if (sentAt > effectiveAt)
      violations.push({ broken: "effective", verifier, said: "accepted", lateMs: sentAt - effectiveAt });
  };

  return {
    revoked,
    violations,
    said: counts,
    begin: (token, phase) => {
      const item: Revoked = { token, phase, acceptedAt: new Map() };
      revoked.push(item);
      for (const each of unsettled) each.add(item);
      return item;
    },
    unsettled: (verifier) => unsettled[verifier] ?? [],
    heard: (asked, tokens, said) => {
      tokens.forEach((item, at) => {
        const code = said[at] ?? "nothing";
        count(code);
        if (code === "accepted") accepted(asked, item);
        const isSettled = code === "revoked" && item.acknowledgedAt !== undefined && item.acknowledgedAt < asked.sentAt;
        if (isSettled) unsettled[asked.verifier]?.delete(item);
      });
    },
    heardOfOthers: ({ verifier }, said) => {
      for (const code of said) {
        count(code);
        if (code === "revoked") violations.push({ broken: "overreach", verifier, said: code, lateMs: 0 });
      }
    },
    heardAtLast: ({ verifier, sentAt }, tokens, said) => {
      tokens.forEach(({ acknowledgedAt = sentAt }, at) => {
        const code = said[at] ?? "nothing";
        if (code === "revoked") return;
        violations.push({ broken: "lost", verifier, said: code, lateMs: sentAt - acknowledgedAt });
      });
    },
  };
}
