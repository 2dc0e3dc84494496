import type { SignedIn } from "./client.ts";
import { type Grant, generationOf, grantOf, type SignedInBody, sessionOf } from "./grant.ts";
import type { Issuer } from "./issuer.ts";
import { createKeeper, type Kept, type StorageChoice } from "./keeper.ts";
import { elsewhere, loading, type Reason, type State } from "./state.ts";
import type { ClientError, Result, User } from "./wire.ts";
import type { Channel, ClientWorld } from "./world.ts";

/** The sign-in of this device: what is held of it in this page, kept beside, and told to the other tabs. */
export type Session = {
  readonly grant: () => Grant | undefined;
  readonly state: () => State;
  /** Begins to find out, too. */
  readonly onChange: (listener: (state: State) => void) => () => void;
  /** Finds out who is signed in, and begins to hear other tabs; once. Answers what is held. */
  readonly start: () => Promise<Grant | undefined>;
  /** Does work that changes the session, when no other tab does; by then it is known what the others have changed. */
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** Gets what follows a grant, unless it is there already. An error says why that is not possible now. */
  readonly refresh: (stale: Grant | undefined) => Promise<ClientError | undefined>;
  /** The same for who has the turn. */
  readonly renew: (stale: Grant | undefined) => Promise<ClientError | undefined>;
  /** Renews what has expired, in one of these two ways. Answers what is held then, and throws a TypeError if that is somebody else's. */
  readonly freshen: (renewing: Session["renew"]) => Promise<Grant | undefined>;
  /** Holds what an answer hands out, to a question that was asked at an instant. */
  readonly take: (askedAt: number, result: Result<SignedInBody>, reason: Reason) => Promise<Result<SignedIn>>;
  /** The issuer has said who this is, to who asked with a grant. */
  readonly meet: (user: User, asked: Grant | undefined) => Promise<void>;
  /** Holds nothing any more, for a reason that may have another name in other tabs. */
  readonly end: (reason: Reason, ended?: Reason) => Promise<void>;
  readonly device: () => string | undefined;
  readonly close: () => void;
};

/** What one tab tells the others. A grant goes along only where copies of a tab have no place in common. */
type Message = {
  /** The session that the tab had before. */
  readonly session?: string | undefined;
  readonly user?: string | undefined;
  readonly grant?: Grant | undefined;
  readonly ended?: Reason | undefined;
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
    world.onStored(name, look, closing.signal);
    world.onWake(wake, closing.signal);
    const grant = (await read())?.grant;
    if (grant || !usesCookies) hold(grant, "started");
    else await refresh(undefined);
  };

  const begin = async (): Promise<Grant | undefined> => {
    started ??= start();
    await started;
    return held;
  };

  const read = async (): Promise<Kept | undefined> => {
    const kept = await keeper.read();
    device = kept?.device ?? device;
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
    callOff = ms ? world.later(() => world.isHidden() || refresh(held), ms) : undefined;
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
    const kept = await read();
    if (!kept || held !== before) return;
    const { grant, ended = elsewhere } = kept;
    if (JSON.stringify(grant) === JSON.stringify(held)) return;
    hold(grant, grant ? (isHeld(grant.user) ? "refreshed" : "signed_in") : ended);
  };

  const hear = async ({ session, user, grant, ended }: Message): Promise<void> => {
    if (held && hasOwn) {
      const isOurs = session === sessionOf(held);
      const isNext = grant && (sessionOf(grant) !== session || generationOf(grant) > generationOf(held));
      // Copies of this tab go on with the same session; who signs out does so in every tab.
      if (isOurs ? isNext || ended : ended === elsewhere && user === held.user.id) {
        if (!isOurs) void issuer.ask({ token: held.refresh });
        await keeper.write({ grant, ended, device });
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

  const take: Session["take"] = async (askedAt, { data, error }, reason) => {
    if (error) return { error };
    if (!(data.expires_in >= 0)) return { error: { code: "unexpected_answer" } };
    device = data.device_token ?? device;
    const grant = grantOf(data, askedAt);
    await replace(grant, reason, storage === "session" && isHeld(data.user) ? { grant } : {});
    return { data: { user: data.user } };
  };

  const end: Session["end"] = (reason, ended = reason) => replace(undefined, reason, { ended });

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
      const body = { refresh_token: before?.refresh };
      const result = await issuer.ask<SignedInBody>({ path: "/refresh", body, timeoutMs: answerMs });
      if (held !== before) break;
      const { error } = await take(askedAt, result, before ? "refreshed" : "started");
      if (!waitMs || error?.code !== "network_failure") return error;
      await new Promise<void>((go) => world.later(go, waitMs));
    }
    return undefined;
  };

  return {
    grant: () => held,
    state: () => state,
    device: () => device,
    onChange: (listener) => {
      void begin();
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
      const before = await begin();
      if (before && world.now() >= before.until) await renewing(before);
      if (before && held && !isHeld(before.user)) throw new TypeError("Account changed");
      return held;
    },
    take,
    end,
    meet: async (user, asked) => {
      if (!held || sessionOf(asked) !== sessionOf(held) || JSON.stringify(user) === JSON.stringify(held.user)) return;
      await replace({ ...held, user }, isHeld(user) ? "refreshed" : "signed_in");
    },
    close: () => {
      callOff?.();
      channel?.close();
      closing.abort();
    },
  };
}
