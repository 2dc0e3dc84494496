import type { Finding, Store } from "../../store/ports.ts";
import type { World } from "../../world.ts";
import type { Configuration } from "../configuration.ts";

/** What a check may look at. `store` is undefined when there is none, or none that opens. */
export type Subject = {
  readonly configuration: Configuration;
  readonly store: Store | undefined;
  /** Where a mail may be sent to, to see whether it arrives. */
  readonly mailTo: string | undefined;
  readonly world: World;
};

/** A row of the check-up. It makes and changes nothing; what it throws is a finding too. */
export type Check = { readonly name: string; readonly run: (subject: Subject) => Promise<readonly Finding[]> };

/** All is well. */
export const fine = (name: string, text: string): Finding => ({ name, state: "ok", text });

/** It works, and somebody should look at it. */
export const warn = (name: string, text: string, fix: string): Finding => ({ name, state: "warn", text, fix });

/** It does not work. */
export const fail = (name: string, text: string, fix?: string): Finding => ({
  name,
  state: "fail",
  text,
  ...(fix === undefined ? {} : { fix }),
});
