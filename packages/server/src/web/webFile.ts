/** The scripts that the issuer's own pages ask for. */
export type WebFileName = "pages" | "playground";

/** Finds one of them: JavaScript (an ES module without imports), as UTF-8. */
export type WebFile = (name: WebFileName) => Promise<Uint8Array>;
