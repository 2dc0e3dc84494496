import { type DeviceView, sessionsPage } from "../../pages/sessionsPage.ts";
import type { Session } from "../../store/ports.ts";
import { deviceOf } from "../deviceName.ts";
import type { Route } from "../route.ts";
import { done } from "./done.ts";
import { textForm } from "./forms.ts";
import type { HostedParts } from "./hostedParts.ts";
import { personPage } from "./pageRoute.ts";

/** Where somebody is signed in. */
export const sessionPages = (parts: HostedParts): readonly Route[] => [
  showSessions(parts),
  endSession(parts),
  endOthers(parts),
];

const path = "/account/sessions";

const showSessions = (parts: HostedParts): Route =>
  personPage(
    { method: "GET", path, operationId: "sessionsPage", summary: "Where somebody is signed in.", body: "none" },
    parts,
    async ({ caller, frame }) => {
      const sessions = done(await parts.flows.listSessions(caller));
      const devices = sessions.map((session) => deviceView(session, caller.sessionId));
      return { html: sessionsPage(frame(), { devices: devices.toSorted(currentFirst) }) };
    },
  );

const currentFirst = (a: DeviceView, b: DeviceView): number => Number(b.isCurrent) - Number(a.isCurrent);

const deviceView = (session: Session, currentId: string): DeviceView => ({
  id: session.id,
  isCurrent: session.id === currentId,
  device: deviceOf(session.userAgent),
  address: session.address,
  lastUsedAt: session.lastUsedAt,
  createdAt: session.createdAt,
});

const endSession = (parts: HostedParts): Route =>
  personPage(
    {
      method: "POST",
      path: `${path}/end`,
      operationId: "endSessionByForm",
      summary: "Ends one session, and waits until the services know.",
      body: textForm({ id: "m1ZpQ0aVtPz1kLmN8sRwUg" }),
    },
    parts,
    async ({ caller, body, request, context }) => {
      const since = parts.world.monotonic();
      const ended = await parts.flows.endSession(caller, body.id, context);
      // Somebody else was faster: what they wanted is done.
      if (ended.ok || ended.refusal.reason !== "unknown_session") done(ended);
      if (body.id === caller.sessionId) {
        return { to: `${parts.base}/signed-out`, headers: parts.endings.signedOut(request) };
      }
      const numbers = [1, ...(await effectSince(since, parts))];
      return { to: parts.base + path, notice: { kind: "session_ended", numbers }, headers: parts.endings.ended() };
    },
  );

const endOthers = (parts: HostedParts): Route =>
  personPage(
    {
      method: "POST",
      path: `${path}/end-others`,
      operationId: "endOthersByForm",
      summary: "Ends all sessions but this one, and waits until the services know.",
      body: "none",
    },
    parts,
    async ({ caller, context }) => {
      const since = parts.world.monotonic();
      const count = done(await parts.flows.endOtherSessions(caller, context));
      const numbers = [count, ...(count === 0 ? [] : await effectSince(since, parts))];
      return { to: parts.base + path, notice: { kind: "others_ended", numbers }, headers: parts.endings.ended() };
    },
  );

/** How long a page is held back for services to confirm, in milliseconds: a connected one needs a few. */
const longestWaitMs = 3000;

/** Who confirmed that sessions ended, of how many, and how long after somebody asked for it. A service that was not heard of for as long as it trusts its view refuses by itself. */
async function effectSince(since: number, { pull, effect, world }: HostedParts): Promise<readonly number[]> {
  const position = await pull();
  const before = world.monotonic() - since;
  const { confirmed, lapsed, pending } = await effect(position, longestWaitMs);
  const slowest = Math.max(0, ...confirmed.map(({ ms }) => ms));
  return [confirmed.length, confirmed.length + lapsed.length + pending.length, Math.max(1, before + slowest)];
}
