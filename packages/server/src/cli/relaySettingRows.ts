import type { Setting } from "./setting.ts";

/** What `relay` can be told by flag or environment. It reads no configuration file: that is the issuer's. */
export const relaySettings: readonly Setting[] = [
  { name: "issuer", about: "URL of the issuer, or of another relay, whose revocations are passed on" },
  { name: "relay.id", about: "id of the service credentials of this relay" },
  { name: "relay.secret", secret: true, about: "secret of the service credentials of this relay" },
  { name: "relay.name", about: "name by which the issuer lists this relay, with a random end (default relay)" },
  { name: "port", kind: "number", about: "TCP port; 0 takes a free one (default 4001)" },
  { name: "host", about: "address to listen on (default localhost)" },
  { name: "log.level", about: "debug, info, warn, error or silent (default info)" },
];
