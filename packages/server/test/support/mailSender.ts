import { createSealer } from "../../src/keys/seal.ts";
import { startOutbox } from "../../src/mail/outbox.ts";
import { openSmtp } from "../../src/mail/transport/smtp.ts";
import { sqlite } from "../../src/store/sqlite/sqlite.ts";
import { realWorld } from "../../src/world.ts";
import { worldAt } from "./mailbox.ts";

/** A program: sends the mails of a SQLite file by a mail server, at a given time, until none is due. */
const [file = "", url = "", now = ""] = process.argv.slice(2);
const factory = sqlite(file);
const secret = await factory.localSecret(realWorld);
if (!secret) throw new Error("no secret");
const store = await factory.open(realWorld);
const outbox = startOutbox({
  store: store.mails,
  transport: await openSmtp(url, { from: "no-reply@app.example.com", name: "Acme" }),
  sealer: createSealer([secret], realWorld),
  world: worldAt({ ms: Number(now) }),
  onEvent: () => undefined,
});
await outbox.drained();
await outbox.close();
await store.close();
