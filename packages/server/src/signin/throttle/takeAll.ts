import { ok, type Result, refuse } from "../../refusal.ts";
import type { Limited } from "./limits.ts";
import type { Use, WindowLimit } from "./windowLimit.ts";

/** One use of each limit, or of none. A limit whose key is not known does not apply. The refusal is the one that lasts longest. */
export async function takeAll(
  wanted: ReadonlyArray<readonly [limit: WindowLimit, key: string | undefined]>,
): Promise<Result<Use, Limited>> {
  const taken = await Promise.all(wanted.map(([limit, key]) => (key === undefined ? unlimited : limit.take(key))));
  const uses = taken.flatMap((one) => (one.ok ? one.value : []));
  const giveBack = async (): Promise<void> => {
    await Promise.all(uses.map((use) => use.giveBack()));
  };
  const [refusal] = taken
    .flatMap((one) => (one.ok ? [] : one.refusal))
    .toSorted((a, b) => b.retryAfterSeconds - a.retryAfterSeconds);
  if (refusal) {
    await giveBack();
    return refuse(refusal);
  }
  return ok({
    giveBack,
    keep: async () => {
      await Promise.all(uses.map((use) => use.keep()));
    },
  });
}

const nothing = async (): Promise<void> => undefined;
const unlimited = ok({ giveBack: nothing, keep: nothing });
