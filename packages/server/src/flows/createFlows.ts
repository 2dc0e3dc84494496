import type { Flows } from "../http/flows.ts";
import { emailFlows } from "./emails.ts";
import { ownAccountFlows, ownSessionFlows } from "./own.ts";
import type { FlowParts } from "./parts.ts";
import { passwordFlows } from "./passwords.ts";
import { recorded } from "./recorded.ts";
import { signingInFlows } from "./signingIn.ts";

/** What people can do, each flow from its limits through its rules to the change. */
export const createFlows = (parts: FlowParts): Flows =>
  recorded(
    {
      ...signingInFlows(parts),
      ...ownAccountFlows(parts),
      ...ownSessionFlows(parts),
      ...passwordFlows(parts),
      ...emailFlows(parts),
    },
    parts.refused,
  );
