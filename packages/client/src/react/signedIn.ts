import { createElement, Fragment, type ReactElement, type ReactNode } from "react";
import { useAuth } from "./useAuth.ts";

/** What `SignedIn` takes. */
export type SignedInProps = {
  readonly children?: ReactNode;
  /** For who is not signed in. */
  readonly fallback?: ReactNode;
  /** As long as nothing is known; default: nothing. */
  readonly whileLoading?: ReactNode;
};

/** Shows its children to who is signed in. It hides, and protects nothing: that is for the services that the page calls. */
export function SignedIn({ children, fallback, whileLoading }: SignedInProps): ReactElement {
  const { status } = useAuth();
  const shown = { signed_in: children, signed_out: fallback, loading: whileLoading }[status];
  return createElement(Fragment, undefined, shown);
}
