import type { SignedIn } from "./client.ts";
import { type Grant, generationOf, grantOf, type SignedInBody, sessionOf } from "./grant.ts";
import type { Issuer } from "./issuer.ts";
import { createKeeper, type Kept, type StorageChoice } from "./keeper.ts";
import { type EndReason, loading, type Reason, type State } from "./state.ts";
import type { ClientError, Result, User } from "./wire.ts";
import type { Channel, ClientWorld } from "./world.ts";

/** The sign-in of this device: what is held of it in this page, kept beside, and told to the other tabs. */
export type Session = {
  readonly grant: () => Grant | undefined;
  readonly state: () => State;
  readonly onChange: (listener: (state: State) => void) => () => void;
  /** Finds out who is signed in, and begins to hear other tabs; once. */
  readonly start: () => Promise<void>;
  /** Does work that changes the session, when no other tab does; by then it is known what the others have changed. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** Gets what follows a grant, unless it is there already. An error says why that is not possible now. */
  readonly refresh: (stale: Grant | undefined) => Promise<ClientError | undefined>;
  /** The same for who has the turn. */
  readonly renew: (stale: Grant | undefined) => Promise<ClientError | undefined>;
  /** Renews what has expired, in one of these two ways. */
  readonly freshen: (renewing: Session["renew"]) => Promise<void>;
  /** Holds what an answer hands out, to a question that was asked at an instant. */
  readonly take: (result: Result<SignedInBody>, askedAt: number, reason: Reason) => Promise<Result<SignedIn>>;
  /** The issuer has said who this is. */
  readonly meet: (user: User) => Promise<void>;
  readonly end: (reason: EndReason) => Promise<void>;
  readonly device: () => string | undefined;
  readonly close: () => void;
};

/** What one tab tells the others. A grant goes along only where copies of a tab have no place in common. */
type Message = {
  /** The session that the tab had before. */
  readonly session?: string | undefined;
  readonly user?: string | undefined;
  readonly grant?: Grant | undefined;
  readonly ended?: EndReason | undefined;
};

/** What a session is made of. */
export type SessionParts = {
  /** What tabs know each other by. */
  readonly name: string;
  readonly storage: StorageChoice;
  readonly issuer: Issuer;
  readonly world: ClientWorld;
};

/** How long a tab waits for its turn. */
const patienceMs = 20_000;

/** An answer that takes longer is asked for again while the issuer still gives the same one (30 s, `session.refreshGrace`). */
const answerMs = 10_000;

/** Joins memory, storage, timers and tabs. */
export function createSession({ name, storage, issuer, world }: SessionParts): Session {
  const usesCookies = storage === "cookie";
  const hasOwn = storage === "memory" || storage === "session";
  const keeper = createKeeper(storage, name, world);
  const listeners = new Set<(state: State) => void>();
  const closing = new AbortController();
  let channel: Channel | undefined;
  let state = loading;
  let held: Grant | undefined;
  let device: string | undefined;
  let failures = 0;
  let callOff: (() => void) | undefined;
  let started: Promise<void> | undefined;
  let running: Promise<ClientError | undefined> | undefined;

  const start = async (): Promise<void> => {
    channel = world.channel(name, (message) => void hear(Object(message)));
    world.onStored(name, () => void look(), closing.signal);
    world.onWake(() => void wake(), closing.signal);
    const { grant } = await read();
    if (grant || !usesCookies) hold(grant, "started");
    else await refresh(undefined);
  };

  const begin = (): Promise<void> => {
    started ??= start();
    return started;
  };

  const read = async (): Promise<Kept> => {
    const kept = await keeper.read();
    device = kept.device ?? device;
    return kept;
  };

  const hold = (grant: Grant | undefined, reason: Reason): void => {
    held = grant;
    state = { status: grant ? "signed_in" : "signed_out", reason, user: grant?.user } as State;
    plan(grant && Math.max(grant.renewAt - world.now(), 1000));
    // Each in a task of its own: one that throws stops nobody, and is reported like any other error.
    for (const listener of listeners) void Promise.resolve(state).then(listener);
  };

  const isHeld = ({ id }: User): boolean => held?.user.id === id;

  /** In so many milliseconds, if somebody sees the page then. */
  const plan = (ms: number | undefined): void => {
    callOff?.();
    callOff = ms === undefined ? ms : world.later(() => world.isHidden() || refresh(held), ms);
  };

  /** A page that was away has missed what the others told. */
  const wake = async (): Promise<void> => {
    await look();
    const isDue = held ? state.reason === "offline" || world.now() >= held.renewAt : state === loading;
    if (isDue) void refresh(held);
  };

  /** Another tab may have changed what is kept. */
  const look = async (): Promise<void> => {
    const before = held;
    const { grant, ended = "signed_out" } = await read();
    if (held !== before || (grant?.until === held?.until && grant?.access === held?.access)) return;
    if (grant) hold(grant, isHeld(grant.user) ? "refreshed" : "signed_in");
    else hold(grant, ended === "signed_out" ? "signed_out_elsewhere" : ended);
  };

  const hear = async ({ session, user, grant, ended }: Message): Promise<void> => {
    if (held && hasOwn) {
      const isOurs = session === sessionOf(held);
      // Copies of this tab go on with the same session; who signs out does so in every tab.
      const isNext = grant && (sessionOf(grant) !== session || generationOf(grant) > generationOf(held));
      if (isOurs && isNext) await keeper.write({ grant, device });
      if (ended && (isOurs || (ended === "signed_out" && user === held.user.id))) {
        if (!isOurs) void issuer.ask({ path: "/sign-out", token: held.access });
        await keeper.write({ ended, device });
      }
    }
    await look();
  };

  const replace = async (grant: Grant | undefined, reason: Reason, message: Message = {}): Promise<void> => {
    const before = held;
    await keeper.write({ grant, ended: message.ended, device });
    hold(grant, reason);
    channel?.postMessage({ session: sessionOf(before), user: before?.user.id, ...message });
  };

  const take: Session["take"] = async ({ data, error }, askedAt, reason) => {
    if (error) return { error };
    if (!(data.expires_in >= 0)) return { error: { code: "unexpected_answer" } };
    device = data.device_token ?? device;
    const grant = grantOf(data, askedAt);
    await replace(grant, reason, storage === "session" && isHeld(data.user) ? { grant } : {});
    return { data: { user: data.user } };
  };

  const end = (reason: EndReason): Promise<void> => replace(undefined, reason, { ended: reason });

  const inTurn: Session["inTurn"] = async (work) => {
    const patience = new AbortController();
    const giveUp = world.later(() => patience.abort(), patienceMs);
    return world.lock(name, patience.signal, async () => {
      giveUp();
      await look();
      return work();
    });
  };

  const refresh = (stale: Grant | undefined): Promise<ClientError | undefined> => {
    running ??= inTurn(() => renew(stale)).finally(() => {
      running = undefined;
    });
    return running;
  };

  const renew = async (stale: Grant | undefined): Promise<ClientError | undefined> => {
    const before = held;
    if (before !== stale || !(before || usesCookies)) return undefined;
    const error = await askForNext(before);
    if (!error || held !== before) failures = 0;
    // Nothing else signs anybody out. Without a cookie there is no token in the request at all.
    else if (error.code === "invalid_grant" || (usesCookies && error.code === "invalid_request")) {
      if (before) await end(world.now() < before.until ? "revoked" : "expired");
      else if (state === loading) hold(undefined, "started");
    } else {
      failures += 1;
      if (before && state.reason !== "offline") hold(before, "offline");
      plan((error.retryAfterSeconds ?? Math.min(2 ** failures, 60)) * 1000);
      return error;
    }
    return undefined;
  };

  /** A lost answer may have been given: the issuer gives the same one again for the same token. Then the turn is given back. */
  const askForNext = async (before: Grant | undefined): Promise<ClientError | undefined> => {
    for (const waitMs of [500, 2000, 0]) {
      const askedAt = world.now();
      const body = before?.refresh ? { refresh_token: before.refresh } : undefined;
      const result = await issuer.ask<SignedInBody>({ path: "/refresh", body, timeoutMs: answerMs });
      if (held !== before) break;
      const { error } = await take(result, askedAt, before ? "refreshed" : "started");
      if (!waitMs || error?.code !== "network_failure") return error;
      await new Promise<void>((go) => void world.later(go, waitMs));
    }
    return undefined;
  };

  return {
    grant: () => held,
    state: () => state,
    device: () => device,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: begin,
    inTurn: async (work) => {
      await begin();
      return inTurn(work);
    },
    refresh,
    renew,
    freshen: async (renewing) => {
      await begin();
      if (held && world.now() >= held.until) await renewing(held);
    },
    take,
    end,
    meet: async (user) => {
      if (!held || JSON.stringify(user) === JSON.stringify(held.user)) return;
      await replace({ ...held, user }, isHeld(user) ? "refreshed" : "signed_in");
    },
    close: () => {
      callOff?.();
      channel?.close();
      closing.abort();
    },
  };
}
