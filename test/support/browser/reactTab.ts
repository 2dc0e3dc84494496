import { createClient } from "@cardea/client";
import { AuthProvider, SignedIn, useAuth, useSessions } from "@cardea/client/react";
import { createElement as element, type ReactNode, StrictMode, useState } from "react";
import { createRoot, hydrateRoot } from "react-dom/client";

/** Runs in a page: a small application in React, by what the package offers for it. */
const client = createClient({ baseUrl: "/auth", storage: "local" });

function Person(): ReactNode {
  const { status, user, reason } = useAuth();
  return element("p", { id: "person" }, `${status} ${reason ?? ""} ${user?.email ?? ""}`);
}

function Sessions(): ReactNode {
  const { sessions, error, revokeOthers } = useSessions();
  const [ended, setEnded] = useState("");
  const end = (): void => void revokeOthers().then(({ data }) => setEnded(data?.position ?? "none"));
  return [
    element("p", { id: "sessions", key: 1 }, error?.code ?? String(sessions?.length)),
    element("button", { id: "end", key: 2, type: "button", onClick: end }, `End others ${ended}`),
  ];
}

const application = element(
  StrictMode,
  undefined,
  element(
    AuthProvider,
    { client },
    element(Person),
    element(
      SignedIn,
      { fallback: element("p", { id: "out" }, "Sign in, please"), whileLoading: "…" },
      element(Sessions),
    ),
  ),
);

const place = (): Parameters<typeof createRoot>[0] => {
  const found: unknown = Reflect.get(globalThis, "root");
  return found as Parameters<typeof createRoot>[0];
};

Object.assign(globalThis, {
  client,
  render: () => createRoot(place()).render(application),
  hydrate: (faults: unknown[]) =>
    hydrateRoot(place(), application, { onRecoverableError: (fault) => faults.push(String(fault)) }),
});
