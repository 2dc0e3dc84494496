import type { MailStore } from "../store/ports.ts";
import type { World } from "../world.ts";
import { createLinks } from "./links.ts";
import type { MailEvent } from "./mailEvent.ts";
import { createMailer, type Mailer } from "./mailer.ts";
import { startOutbox } from "./outbox.ts";
import type { MailSealer } from "./sealedMail.ts";
import type { Inbox } from "./transport/inbox.ts";
import { type MailRoute, openTransport } from "./transport/openTransport.ts";

/** All about mail of one issuer: what writes it, and what sends it. */
export type MailRoom = {
  readonly mailer: Mailer;
  /** Whether mails can leave at all. */
  readonly sends: boolean;
  readonly inbox: Inbox | undefined;
  /** Says that there may be mail. */
  readonly wake: () => void;
  readonly drained: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Opens the mail room. Without a transport mails cannot leave: `sends` is false, and nothing is taken from the store. */
export async function openMailRoom({
  route,
  issuer,
  pages,
  origins,
  leavesMail,
  ...shared
}: {
  readonly route: MailRoute;
  readonly issuer: string;
  readonly pages: Parameters<typeof createLinks>[0]["pages"];
  readonly origins: readonly string[];
  readonly store: MailStore;
  readonly sealer: MailSealer;
  readonly world: World;
  readonly onEvent: (event: MailEvent) => void;
  /** Mails are written and stay in the store, for another process to send. */
  readonly leavesMail: boolean;
}): Promise<MailRoom> {
  const links = createLinks({ issuer, pages, allowedOrigins: origins });
  const mailer = createMailer({ ...shared, profile: { name: route.name, links } });
  const { transport, inbox } = await openTransport(route);
  const nothing = async (): Promise<void> => undefined;
  const outbox =
    transport && !leavesMail
      ? startOutbox({ ...shared, transport })
      : { wake: () => undefined, drained: nothing, close: nothing };
  return { mailer, sends: transport !== undefined, inbox, ...outbox };
}
