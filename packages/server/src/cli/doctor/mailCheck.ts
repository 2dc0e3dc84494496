import { readSmtpUrl } from "../../mail/transport/smtpUrl.ts";
import type { Finding } from "../../store/ports.ts";
import { type Check, fail, fine, warn } from "./check.ts";

/** Whether the mail server lets us in; with an address, whether it takes a mail for it. */
export const mailCheck: Check = {
  name: "mail",
  run: async ({ configuration: { checked }, mailTo }) => {
    const { smtp, from = "", send, name = checked.issuer.host } = checked.mail;
    if (smtp !== undefined) return tryServer(smtp, { from: { name, address: from }, to: mailTo });
    if (send) return [fine("mail", "sent by a function of the application, which is not called here")];
    if (checked.development) return [fine("mail", "kept at /dev/inbox, in development")];
    return [warn("mail", "nobody gets any", "Set CARDEA_MAIL_SMTP and CARDEA_MAIL_FROM.")];
  },
};

type Letter = { readonly from: { readonly name: string; readonly address: string }; readonly to: string | undefined };

async function tryServer(smtp: string, { from, to }: Letter): Promise<readonly Finding[]> {
  const { auth, ...server } = readSmtpUrl(smtp);
  const { createTransport } = await import("nodemailer");
  const transport = createTransport({ ...server, ...spans, ...(auth ? { auth } : {}) });
  const place = `${server.host}:${server.port}`;
  try {
    await transport.verify();
    const reached = fine("mail", auth ? `${place} knows us` : `${place} answers`);
    if (to === undefined) return [reached];
    const text = `This is a test of the mail settings of ${from.name}. Nothing is to be done.`;
    await transport.sendMail({ from, to, subject: `Test mail from ${from.name}`, text });
    return [reached, fine("test mail", "the server took it")];
  } catch (error) {
    // The server's words stay here: they often repeat what they were sent.
    const { code = "failed", responseCode }: { readonly code?: string; readonly responseCode?: number } = Object(error);
    const how = [code, responseCode].flat().filter(Boolean).join(" ");
    return [fail("mail", `${place} does not take mail (${how})`, fixes.get(code) ?? lookAtUrl)];
  } finally {
    transport.close();
  }
}

/** In milliseconds: whoever asks sits there and waits. */
const spans = { connectionTimeout: 5000, greetingTimeout: 5000, socketTimeout: 10_000, dnsTimeout: 5000 };

const lookAtUrl = "Look at host, port and user of CARDEA_MAIL_SMTP, and whether this machine may reach them.";

const fixes: ReadonlyMap<string, string> = new Map([
  ["EAUTH", "Look at user and password of CARDEA_MAIL_SMTP."],
  [
    "ETLS",
    "The server offers no TLS. Use smtps:// if it has it on a port of its own; ?tls=never only on your own network.",
  ],
  ["EENVELOPE", "The server knows neither the sender nor the recipient. Look at CARDEA_MAIL_FROM."],
]);
