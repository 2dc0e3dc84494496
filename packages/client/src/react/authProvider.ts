import { type Context, createContext, createElement, type ReactElement, type ReactNode } from "react";
import type { Client } from "../client.ts";

/** What `AuthProvider` takes. */
export type AuthProviderProps<Claims, Fields> = {
  /** Made once, outside of any component. */
  readonly client: Client<Claims, Fields>;
  readonly children?: ReactNode;
};

/** The client of the components below a provider. */
export const ClientContext: Context<Client | undefined> = createContext<Client | undefined>(undefined);

/** Gives a client to the components below. */
export function AuthProvider<Claims, Fields>({ client, children }: AuthProviderProps<Claims, Fields>): ReactElement {
  // Whoever takes it out says again which types it has.
  return createElement(ClientContext.Provider, { value: client as unknown as Client }, children);
}
