import {
  type FollowerConfig,
  followRevocations,
  type RevocationFollower,
} from "../../src/revocation/followRevocations.ts";
import { eventually } from "./eventually.ts";
import type { FakeIssuer } from "./fakeIssuer.ts";
import type { FakeWorld } from "./fakeWorld.ts";

/** Follows an issuer, and waits until the view is live. */
export async function followed(
  issuer: FakeIssuer,
  world: FakeWorld,
  change: Partial<FollowerConfig> = {},
): Promise<RevocationFollower> {
  const follower = followRevocations({
    issuer: issuer.url,
    authorization: "Basic c3ZjOnMzY3JldA==",
    verifierId: "svc.abc",
    maxStalenessMs: 100,
    clockToleranceMs: 5000,
    world,
    onChange: () => {},
    ...change,
  });
  await eventually("it is live", () => follower.status().state === "live");
  return follower;
}
