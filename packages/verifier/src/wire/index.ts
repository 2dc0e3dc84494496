export { type BearerResult, readBearer } from "./bearer.ts";
export { endpoints, endpointUrl } from "./endpoints.ts";
export {
  decodeHead,
  type FeedEvent,
  type FeedFormat,
  type FeedHello,
  formatFeedEvent,
  readFeedEvent,
} from "./feedEvents.ts";
export { type FingerprintKey, fingerprintKeyOf, type NamedKey } from "./fingerprint.ts";
export {
  decodeEntries,
  decodeFrame,
  encodeFrame,
  type Frame,
  type RevocationEntry,
  type RevocationKind,
  revocationKinds,
} from "./frames.ts";
export { formatPosition, type Position, parsePosition, positionHeader } from "./position.ts";
export { createPrinter, type PrintedEntries, type Printer } from "./printedEntries.ts";
export type { Prints } from "./prints.ts";
export {
  bearerChallenge,
  type Problem,
  type ProblemBody,
  type ProblemCode,
  problemBody,
  problemMediaType,
  problems,
} from "./problems.ts";
export {
  createSnapshotWriter,
  readSnapshot,
  type Snapshot,
  type SnapshotHead,
  snapshotMediaType,
} from "./snapshot.ts";
export { createEventParser, type EventParser, formatEvent, parseEvents, type ServerEvent } from "./sse.ts";
