export type { TestClock } from "./clock.ts";
export { type TestAuth, type TestOptions, type TestPerson, type TestUser, testAuth } from "./testAuth.ts";
