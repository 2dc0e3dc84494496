import { memory, realWorld, type SecurityEvent, type Store } from "cardea";
import { createVerifiers, type Greeting, type Verifiers } from "../../src/revoke/verifiers.ts";

/** When such a test begins, in milliseconds. */
export const instant = 1_800_000_000_000;
/** The issuer that a test looks at. */
export const self = { serviceId: "issuer", name: "here" };
/** The verifier that tests are about. */
export const api = { serviceId: "svc-1", name: "api-1" };
/** So far in the log. */
export const position = (pos: number): { readonly epoch: string; readonly pos: number } => ({ epoch: "epoch", pos });

/** An issuer that hears verifiers. */
export type Bench = {
  readonly verifiers: Verifiers;
  readonly store: Store;
  readonly events: readonly SecurityEvent[];
  readonly advance: (ms: number) => void;
  /** A question of the verifier that is called so: its greeting, and how far it is. */
  readonly ask: (name: string, pos: number, more?: Partial<Greeting>) => Promise<void>;
};

/** An issuer whose time the test owns. Several on one store stand for several processes. */
export async function open(given?: Store, me = self): Promise<Bench> {
  let now = 0;
  const store = given ?? (await memory().open(realWorld));
  const events: SecurityEvent[] = [];
  const world = { now: () => instant + now, monotonic: () => now };
  const verifiers = createVerifiers({
    store: store.verifiers,
    world,
    self: me,
    onEvent: (event) => events.push(event),
  });
  return {
    verifiers,
    store,
    events,
    advance: (ms) => {
      now += ms;
    },
    ask: async (name, pos, more = {}) => {
      await verifiers.greet({ ...api, name, maxStalenessMs: 5000, ...more });
      verifiers.confirm({ ...api, name, ...more }, position(pos));
    },
  };
}
