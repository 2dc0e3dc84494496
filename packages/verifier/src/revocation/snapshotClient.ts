import { fetchBytes } from "../fetchText.ts";
import { readSnapshot } from "../wire/snapshot.ts";
import type { World } from "../world.ts";
import type { RevocationView } from "./view.ts";

/** Fetches all that is alive at once, which is smaller and sooner read than the log. */
export type SnapshotClient = {
  /** Resolves to whether the view is at the position of a snapshot now; if not, it holds what it held, and the feed brings the rest. One at a time. Never rejects. */
  readonly load: () => Promise<boolean>;
  readonly isLoading: boolean;
  readonly close: () => void;
};

/** What a snapshot client is built from. */
export type SnapshotClientConfig = {
  readonly url: string;
  readonly authorization: string;
  readonly view: Pick<RevocationView, "load">;
  readonly world: Pick<World, "fetch">;
  readonly on: {
    /** The view moved. */
    readonly applied: () => void;
    readonly fault: (fault: unknown) => void;
  };
};

/** For forty million entries; nobody fills the memory of a verifier with more. */
const mostBytes = 256 * 1024 * 1024;
const timeoutMs = 60_000;

/** Nothing is fetched until somebody asks. */
export function createSnapshotClient({ url, authorization, view, world, on }: SnapshotClientConfig): SnapshotClient {
  const closing = new AbortController();
  let isLoading = false;
  return {
    get isLoading() {
      return isLoading;
    },
    load: async () => {
      isLoading = true;
      try {
        const limits = { world, timeoutMs, maxBytes: mostBytes, signal: closing.signal };
        const bytes = await fetchBytes(url, { headers: { authorization } }, limits);
        if ((await view.load(readSnapshot(bytes))) !== "joined") return false;
        on.applied();
        return true;
      } catch (fault) {
        on.fault(fault);
        return false;
      } finally {
        isLoading = false;
      }
    },
    close: () => closing.abort(new Error("closed")),
  };
}
