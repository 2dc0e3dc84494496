import { machineNow } from "./machineClock.ts";
import type { Minted } from "./minted.ts";
import { type Call, type Phase, reachOf, type Target, type Watched } from "./watched.ts";

/** What a verifier said about a token: `accepted`, or the code of the refusal; and when it began to look. */
export type Judged = { readonly said: string; readonly at: number };

/** What must never be seen, by the invariant that it breaks. */
export type Violation = {
  readonly broken: "bound" | "effective" | "returned" | "lost" | "overreach";
  readonly verifier: number;
  readonly said: string;
  /** How long after the answer or the refusal that promised the contrary. */
  readonly lateMs: number;
};

/** What was revoked, what verifiers said, and what of it must not be. */
export type Ledger = {
  readonly tokens: readonly Watched[];
  readonly calls: readonly Call[];
  readonly violations: readonly Violation[];
  /** How often verifiers said what. */
  readonly said: ReadonlyMap<string, number>;
  /** A token that is asked about from now on. `isOther`: nobody means to revoke it by a name of its own. */
  readonly watch: (minted: Minted, isOther?: boolean) => Watched;
  /** Those that nobody has revoked, and nobody means to. */
  readonly others: () => readonly Watched[];
  /** Something is about to be revoked. */
  readonly call: (target: Target, phase: Phase) => Call;
  /** The answer to a call has arrived. */
  readonly answered: (call: Call, isEffective: boolean) => void;
  /** Those that this verifier has not been seen to refuse since they were acknowledged. */
  readonly unsettled: (verifier: number) => ReadonlySet<Watched>;
  readonly heard: (verifier: number, tokens: readonly Watched[], judged: readonly Judged[]) => void;
  /** The faults are over and the verifier is live: now it must refuse what was acknowledged, and accept what nobody revoked. */
  readonly heardAtLast: (verifier: number, tokens: readonly Watched[], judged: readonly Judged[]) => void;
};

/** An empty ledger for so many verifiers. */
export function newLedger(verifiers: number, maxStalenessMs: number): Ledger {
  const tokens: Watched[] = [];
  const calls: Call[] = [];
  const broad: Call[] = [];
  const others = new Set<Watched>();
  const violations: Violation[] = [];
  const counts = new Map<string, number>();
  const unsettled = Array.from({ length: verifiers }, () => new Set<Watched>());

  const promise = (call: Call, token: Watched): void => {
    const { acknowledgedAt, effectiveAt } = call;
    if (acknowledgedAt !== undefined && token.acknowledgedAt === undefined) {
      token.acknowledgedAt = acknowledgedAt;
      token.phase = call.phase;
    }
    if (effectiveAt !== undefined) token.effectiveAt = Math.min(token.effectiveAt ?? effectiveAt, effectiveAt);
  };
  const touch = (call: Call, token: Watched): void => {
    const reach = reachOf(call, token.minted);
    if (reach === "none") return;
    token.calledAt = Math.min(token.calledAt ?? call.calledAt, call.calledAt);
    if (others.delete(token)) for (const each of unsettled) each.add(token);
    if (reach === "certain") promise(call, token);
  };
  /** A key that was revoked is soon published no more: that its tokens are under an unknown one is as good. */
  const isRefusal = ({ minted }: Watched, said: string): boolean =>
    said === "revoked" ||
    (said === "unknown_key" &&
      broad.some(({ target }) => !("only" in target) && target.isForEver && target.names(minted)));
  const reached = ({ target }: Call): readonly Watched[] => ("only" in target ? [target.only] : tokens);

  const accepted = (verifier: number, token: Watched, { said, at }: Judged): void => {
    const { acknowledgedAt = at, effectiveAt = at } = token;
    const refusedAt = token.refusedAt.get(verifier) ?? at;
    const breaks = (broken: Violation["broken"], lateMs: number): void => {
      violations.push({ broken, verifier, said, lateMs });
    };
    token.acceptedAt.set(verifier, at);
    if (at - acknowledgedAt > maxStalenessMs) breaks("bound", at - acknowledgedAt);
    if (at > effectiveAt) breaks("effective", at - effectiveAt);
    if (at > refusedAt) breaks("returned", at - refusedAt);
  };
  const refused = (verifier: number, token: Watched, { said, at }: Judged): void => {
    if (at < (token.calledAt ?? Number.POSITIVE_INFINITY))
      violations.push({ broken: "overreach", verifier, said, lateMs: 0 });
    if (!token.refusedAt.has(verifier)) token.refusedAt.set(verifier, at);
  };

  return {
    tokens,
    calls,
    violations,
    said: counts,
    watch: (minted, isOther = false) => {
      const token: Watched = { id: tokens.length, minted, acceptedAt: new Map(), refusedAt: new Map() };
      tokens.push(token);
      if (isOther) others.add(token);
      else for (const each of unsettled) each.add(token);
      for (const call of broad) touch(call, token);
      return token;
    },
    others: () => [...others],
    call: (target, phase) => {
      const call: Call = { target, phase, calledAt: machineNow() };
      calls.push(call);
      if (!("only" in target)) broad.push(call);
      for (const token of reached(call)) touch(call, token);
      return call;
    },
    answered: (call, isEffective) => {
      call.acknowledgedAt = machineNow();
      if (isEffective) call.effectiveAt = call.acknowledgedAt;
      for (const token of reached(call)) touch(call, token);
    },
    unsettled: (verifier) => unsettled[verifier] ?? new Set(),
    heard: (verifier, asked, judged) => {
      asked.forEach((token, index) => {
        const each = judged[index];
        if (each === undefined) return;
        counts.set(each.said, (counts.get(each.said) ?? 0) + 1);
        if (each.said === "accepted") accepted(verifier, token, each);
        if (each.said === "revoked") refused(verifier, token, each);
        if (isRefusal(token, each.said) && each.at > (token.acknowledgedAt ?? each.at))
          unsettled[verifier]?.delete(token);
      });
    },
    heardAtLast: (verifier, asked, judged) => {
      asked.forEach((token, index) => {
        const { said = "nothing", at = 0 } = judged[index] ?? {};
        const { acknowledgedAt } = token;
        if (acknowledgedAt === undefined && said !== "accepted")
          violations.push({ broken: "overreach", verifier, said, lateMs: 0 });
        if (acknowledgedAt !== undefined && !isRefusal(token, said))
          violations.push({ broken: "lost", verifier, said, lateMs: at - acknowledgedAt });
      });
    },
  };
}
