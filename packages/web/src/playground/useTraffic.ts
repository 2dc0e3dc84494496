import { useEffect, useState } from "preact/hooks";
import { world } from "../world.ts";
import { ApiError, api, type Checked } from "./api.ts";
import { type Beats, beatsAfter } from "./beats.ts";
import type { Settings } from "./settings.ts";

/** What the services say, twice a second. */
export type Traffic = {
  readonly checked: Checked | undefined;
  readonly beats: Beats;
  readonly fault: string | undefined;
  /** How far the sandbox's clock is ahead of this page's, in milliseconds. */
  readonly aheadMs: number;
};

/** What is sent. Without `isLive` once, to see the sandbox; `token` undefined stands for the one in the cookie. */
export type Sent = Pick<Settings, "mode" | "alg" | "policy"> & {
  readonly token: string | undefined;
  readonly isLive: boolean;
  /** Another number sends at once. */
  readonly turn: number;
};

const everyMs = 500;

/** Sends the token to both services, and says what they answer. */
export function useTraffic({ mode, alg, policy, token, isLive, turn }: Sent): Traffic {
  const [checked, setChecked] = useState<Checked>();
  const [beats, setBeats] = useState<Beats>({});
  const [fault, setFault] = useState<string>();
  const [aheadMs, setAheadMs] = useState(0);

  useEffect(() => {
    setChecked(undefined);
    setBeats({});
  }, [mode, alg]);

  useEffect(() => {
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const send = async (): Promise<void> => {
      if (!document.hidden) await ask();
      if (!isOver && isLive) timer = setTimeout(send, everyMs);
    };
    const ask = async (): Promise<void> => {
      try {
        const answer = await api.check({ mode, alg, policy, token });
        if (isOver) return;
        setChecked(answer);
        setAheadMs(answer.now - world.now());
        if (isLive) setBeats((before) => beatsAfter(before, answer.services));
        setFault(undefined);
      } catch (error) {
        if (!isOver) setFault(faultText(error));
      }
    };
    void send();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [mode, alg, policy, token, isLive, turn]);

  return { checked, beats, fault, aheadMs };
}

/** What went wrong, for people. */
export const faultText = (error: unknown): string =>
  error instanceof ApiError ? error.message : "The server does not answer. Is it still running?";
