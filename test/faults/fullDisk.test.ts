import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { ModeName } from "cardea";
import type { Answer } from "../support/client.ts";
import { newPerson, type Person, signIn, type Tokens, tokensOf } from "../support/people.ts";
import type { DiskFault } from "./support/diskFaults.ts";
import { type IssuerProcess, mayMount, startIssuerProcess } from "./support/issuerProcess.ts";
import type { Rows } from "./support/sqliteRows.ts";

const modes = ["stateless", "stateful", "hybrid"] as const;
const throttle = { signUp: { perAddress: 1000, perNetwork: 1000 } } as const;

/** How a process comes by a disk that takes nothing more in. Where nobody may mount, the limit alone has to do. */
const disks: readonly { readonly name: string; readonly fault: DiskFault; readonly diskMiB?: number }[] = [
  { name: "a file system that takes no further byte", fault: "fileLimit" },
  ...(mayMount() ? [{ name: "a disk of 8 MiB that is full", fault: "smallDisk" as const, diskMiB: 8 }] : []),
];

for (const { name, ...disk } of disks) {
  describe(name, () => {
    let issuers: IssuerProcess;
    before(async () => {
      issuers = await startIssuerProcess({ ...disk, modes, options: { throttle } });
    });
    after(() => issuers.stop());

    const rows = async (mode: ModeName): Promise<Rows> => Object(await issuers.ask("rows"))[mode];
    for (const mode of modes) describe(mode, () => onFullDisk(mode, () => issuers, rows));
  });
}

/** Told to come back, and nothing else. */
function assertUnavailable({ status, body, text, headers }: Answer): void {
  assert.deepEqual([status, body.code], [503, "temporarily_unavailable"], text);
  assert.match(headers.get("retry-after") ?? "", /^\d+$/);
  assert.doesNotMatch(text, /SQL|disk|\.db|token"/);
}

function onFullDisk(mode: ModeName, issuers: () => IssuerProcess, rows: (mode: ModeName) => Promise<Rows>): void {
  const password = "a new phrase of several words";
  let ada: Person & Tokens;

  /** Everything that would write, by a person who is signed in. */
  const writes: Readonly<Record<string, () => Promise<Answer>>> = {
    "a sign-up": () => issuers().in(mode).post("/sign-up", newPerson()),
    "a sign-in": () => issuers().in(mode).post("/sign-in", { email: ada.email, password: ada.password }),
    "a guess": () => issuers().in(mode).post("/sign-in", { email: ada.email, password }),
    "a refresh": () => issuers().in(mode).post("/refresh", { refresh_token: ada.refresh }),
    "a change of password": () =>
      issuers().in(mode).post("/password/change", { current_password: ada.password, password }, ada.access),
    "a sign-out": () => issuers().in(mode).post("/sign-out", undefined, ada.access),
    "an end of the account": () => issuers().in(mode).delete("/me", ada.access),
  };

  before(async () => {
    const person = newPerson();
    ada = { ...person, ...(await signIn(issuers().in(mode), person)) };
  });

  test("F-08, ASVS-16.5.2, ASVS-16.5.3: whatever would write is a 503, nothing of it is done, and tokens are checked as ever", async () => {
    const before = await rows(mode);
    await issuers().ask("fill");
    try {
      for (const [name, write] of Object.entries(writes)) {
        assertUnavailable(await write());
        assert.equal((await issuers().in(mode).get("/me", ada.access)).status, 200, name);
      }
      assert.equal((await issuers().in(mode).get("/sessions", `${ada.access}x`)).status, 401);
      assert.deepEqual(await rows(mode), before);
      assert.ok(before.isSound);
    } finally {
      await issuers().ask("free");
    }
  });

  test("F-08: once there is room, all goes on by itself, with the tokens of before", async () => {
    const { status, body } = await issuers().in(mode).post("/refresh", { refresh_token: ada.refresh });
    assert.equal(status, 200);
    ada = { ...ada, ...tokensOf(body) };
    for (const name of ["a sign-up", "a sign-in", "a sign-out"]) {
      assert.ok([200, 201, 204].includes((await writes[name]?.())?.status ?? 0), name);
    }
    assert.equal((await rows(mode)).isSound, true);
  });

  test("F-08: of those who refresh while it fills up, each got what is in the database", async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => signIn(issuers().in(mode))));
    let filling: Promise<unknown> | undefined;
    const refreshed = await Promise.all(
      clients.map(async ({ refresh }) => {
        for (let times = 0, current = refresh; ; times++) {
          const answer = await issuers().in(mode).post("/refresh", { refresh_token: current });
          if (times === 5) filling ??= issuers().ask("fill");
          if (answer.status !== 200) {
            assertUnavailable(answer);
            return { times, current };
          }
          current = tokensOf(answer.body).refresh;
        }
      }),
    );
    await filling;
    const { isSound, tables } = await rows(mode);
    await issuers().ask("free");
    assert.ok(isSound);
    for (const { times, current } of refreshed) {
      const [, id = ""] = /^rt_([\w-]{22})\./.exec(current) ?? [];
      assert.equal(tables.sessions?.find((row) => row.id === id)?.generation, times);
      const tokens = tables.opaque_tokens?.filter((row) => row.session_id === id).length;
      assert.equal(tokens, mode === "stateful" ? times + 1 : 0);
      assert.equal((await issuers().in(mode).post("/refresh", { refresh_token: current })).status, 200);
    }
  });
}
