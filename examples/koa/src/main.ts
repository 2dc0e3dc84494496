import { createVerifier } from "@cardea/verifier";
import { createApp } from "./app.ts";

// Printed by: npx cardea services create orders
const { SERVICE_ID: id = "", SERVICE_SECRET: secret = "" } = process.env;

const verifier = createVerifier({
  issuer: "http://localhost:4000/auth",
  audience: "app",
  credentials: { id, secret },
  revocation: { maxStaleness: "5s", whenStale: "deny" },
});
await verifier.ready();

createApp(verifier).listen(4001, "localhost");
