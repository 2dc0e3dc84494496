import { useContext, useMemo, useSyncExternalStore } from "react";
import type { AuthTypes, ClaimsOf, FieldsOf, UnknownAuth } from "../authTypes.ts";
import type { Client } from "../client.ts";
import { loading, type State } from "../state.ts";
import { ClientContext } from "./authProvider.ts";

/** Who is signed in, and the client to change it with. */
export type AuthState<Types extends AuthTypes = UnknownAuth> = State<FieldsOf<Types>> & {
  readonly client: Client<ClaimsOf<Types>, FieldsOf<Types>>;
};

/**
 * Who is signed in; renders again whenever that changes, in whatever tab. On a server, and in the first render of a page that a
 * server made, nothing is known: `loading`. `useAuth<typeof auth>()` knows claims and fields. Throws an Error without an
 * `AuthProvider` above.
 */
export function useAuth<Types extends AuthTypes = UnknownAuth>(): AuthState<Types> {
  const client = useContext(ClientContext);
  if (!client) throw new Error("useAuth: put an AuthProvider above");
  const state = useSyncExternalStore(
    client.onChange,
    () => client.state,
    () => loading,
  );
  return useMemo(() => ({ ...state, client }), [state, client]) as unknown as AuthState<Types>;
}
