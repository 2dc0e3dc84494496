import { useEffect, useMemo, useState } from "preact/hooks";
import { openAccount, type SignedIn } from "./account.ts";
import { type Act, api, type Travel } from "./api.ts";
import type { Settings } from "./settings.ts";
import { useSettings } from "./useSettings.ts";
import { faultText, type Traffic, useTraffic } from "./useTraffic.ts";

/** Everything that the page shows, and what its buttons do. */
export type Playground = Traffic & {
  readonly settings: Settings;
  readonly change: (part: Partial<Settings>) => void;
  /** Who has signed in; also after the session has ended, as the page does not forget it. */
  readonly person: SignedIn | undefined;
  /** Whether the session was ended here. */
  readonly isOver: boolean;
  /** The token as the issuer made it; empty: there is none, or the page cannot read it. */
  readonly genuine: string;
  /** The token as it stands in the editor, which is what the services get. */
  readonly draft: string;
  readonly edit: (token: string) => void;
  readonly travel: Travel | undefined;
  /** What is going on, for a button to show. */
  readonly busy: string | undefined;
  /** What happened last, in words. */
  readonly notice: string;
  /** Why nobody could sign in. */
  readonly refused: string | undefined;
  readonly enter: (credentials: { readonly email: string; readonly password: string }) => void;
  /** Ends the session, and watches that reach the services. */
  readonly leave: () => void;
  readonly renew: () => void;
  readonly act: (act: Act) => void;
  readonly forge: (make: (token: string) => string | Promise<string>, notice: string) => void;
  /** Begins with nobody signed in. */
  readonly restart: () => void;
};

/** Puts it together. */
export function usePlayground(): Playground {
  const [settings, change] = useSettings();
  const { mode, alg, storage, policy } = settings;
  const account = useMemo(() => openAccount({ mode, alg, storage }), [mode, alg, storage]);
  const [person, setPerson] = useState<SignedIn>();
  const [isOver, setIsOver] = useState(false);
  const [draft, edit] = useState("");
  const [travel, setTravel] = useState<Travel>();
  const [busy, setBusy] = useState<string>();
  const [notice, setNotice] = useState("");
  const [refused, setRefused] = useState<string>();
  const [turn, setTurn] = useState(0);

  const arrive = (one: SignedIn | undefined): void => {
    setPerson(one);
    setIsOver(false);
    setTravel(undefined);
    setRefused(undefined);
    edit(one?.token ?? "");
  };

  useEffect(() => {
    let isGone = false;
    arrive(undefined);
    setNotice("");
    void account.restore().then((one) => {
      if (!isGone && one) arrive(one);
    });
    return () => {
      isGone = true;
      account.close();
    };
  }, [account]);

  const inCookie = storage === "cookie";
  const genuine = person?.token ?? "";
  const token = inCookie ? undefined : draft;
  const isLive = inCookie ? person !== undefined : draft !== "";
  const traffic = useTraffic({ mode, alg, policy, token, isLive, turn });

  const run = async (name: string, work: () => Promise<string>): Promise<void> => {
    if (busy !== undefined) return;
    setBusy(name);
    try {
      setNotice(await work());
    } catch (error) {
      setNotice(faultText(error));
    } finally {
      setBusy(undefined);
      setTurn((one) => one + 1);
    }
  };

  /** Both services look at the genuine token over and over while something ends it. */
  const watched = async (end: () => Promise<unknown>): Promise<Travel> => {
    setTravel(undefined);
    edit(genuine);
    const about = inCookie ? {} : { token: genuine };
    const { id } = await api.watch({ mode, alg, policy, ...about });
    await end();
    const seen = await api.travel(id);
    setTravel(seen);
    return seen;
  };

  const about = { mode, alg, ...(inCookie ? {} : { token: genuine }) };

  return {
    ...traffic,
    settings,
    change,
    person,
    isOver,
    genuine,
    draft,
    edit,
    travel,
    busy,
    notice,
    refused,
    enter: (credentials) =>
      void run("enter", async () => {
        const entry = await account.enter(credentials);
        if (!entry.ok) {
          setRefused(entry.text);
          return "";
        }
        arrive(entry.value);
        return "Signed up and signed in.";
      }),
    leave: () =>
      void run("leave", async () => {
        const seen = await watched(() => account.leave());
        setIsOver(true);
        return travelText("Signed out", seen);
      }),
    renew: () =>
      void run("renew", async () => {
        const one = await account.renew();
        if (!one) return "The session has ended, so there is no next token.";
        arrive(one);
        return "That is the next token of the same session.";
      }),
    act: (act) =>
      void run(act, async () => {
        if (!ending.has(act)) return actText(act, alg, (await api.act({ ...about, act })).done);
        let done = false;
        const seen = await watched(async () => {
          done = (await api.act({ ...about, act })).done;
        });
        if (!done) return actText(act, alg, done);
        setIsOver(act !== "kill_key");
        return travelText(doneWords[act], seen);
      }),
    forge: (make, text) =>
      void run("forge", async () => {
        edit(await make(genuine));
        return text;
      }),
    restart: () => {
      arrive(undefined);
      setNotice("");
      // What was ended elsewhere may still be kept here.
      void account.leave();
    },
  };
}

const ending: ReadonlySet<Act> = new Set<Act>(["revoke_session", "revoke_user", "kill_key"]);

const doneWords: Readonly<Record<Act, string>> = {
  revoke_session: "The session was revoked",
  revoke_user: "Every session of this user was revoked",
  rotate_key: "A new key signs from now on; the old one still verifies",
  kill_key: "The key was killed, and another one signs",
  cut_feed: "The feed is cut: no news reaches the services",
  restore_feed: "The feed may come back: the services ask again within seconds",
  expire: "The clock was put to a few seconds before the token's end",
};

const actText = (act: Act, alg: string, done: boolean): string =>
  done
    ? `${act === "rotate_key" && alg === "HS256" ? newSecret : doneWords[act]}.`
    : "There was nothing left to do: the issuer does not take this token for good any more.";

/** An earlier secret verifies nothing, since others hold it. */
const newSecret = "A new secret signs from now on, and was handed to the services; tokens by the old one are over";

function travelText(what: string, { doneMs, services }: Travel): string {
  if (doneMs === null) return "Nothing ended: the issuer does not know this session any more.";
  const last = Math.max(...services.map(({ lastAcceptedMs }) => lastAcceptedMs ?? 0));
  if (services.every(({ refusedMs }) => refusedMs !== null)) {
    return `${what}. Both services refuse the token; the last yes was ${last.toFixed(0)} ms after the order.`;
  }
  return `${what}, and the services go on accepting the token: nobody tells them.`;
}
