import type { Credentials } from "./issuer.ts";

/** What a process of verifiers is told. */
export type CrowdSetting = { readonly issuer: string; readonly credentials: Credentials; readonly verifiers: number };
