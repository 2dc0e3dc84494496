export { cacheLifetimeMs } from "./cacheLifetime.ts";
export { describeFault, type FetchLimits, fetchText } from "./fetchText.ts";
export { createFeedClient, type FeedClient, type FeedClientConfig } from "./revocation/feedClient.ts";
export { createLease, type Lease, type LeaseConfig } from "./revocation/lease.ts";
export { createTokenBucket } from "./tokenBucket.ts";
