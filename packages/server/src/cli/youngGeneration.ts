import { setFlagsFromString } from "node:v8";

/**
 * Keeps V8's young generation as small as it is at the start, for this process. A thousand requests at once make it grow to 48
 * MiB, which it then keeps; small, it is swept more often, and each time for less than a millisecond. For a process of our own
 * alone: an application that embeds the issuer decides by itself (`node --max-semi-space-size=4` does the same).
 */
export const keepYoungGenerationSmall = (): void => setFlagsFromString("--semi-space-growth-factor=1");
