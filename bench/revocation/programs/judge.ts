import type { Credentials } from "./issuer.ts";

/** What a verifier's process is told. `feed` is the issuer that it follows. */
export type JudgeSetting = { readonly issuer: string; readonly feed: string; readonly credentials: Credentials };

/** What it is asked: to judge a token over and over from now on; then, when it was accepted for the last time. */
export type JudgeQuestion = { readonly watch: string } | "last accept";
