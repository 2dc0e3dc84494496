export { AuthProvider, type AuthProviderProps } from "./authProvider.ts";
export { SignedIn, type SignedInProps } from "./signedIn.ts";
export { type AuthState, useAuth } from "./useAuth.ts";
export { type SessionsState, useSessions } from "./useSessions.ts";
