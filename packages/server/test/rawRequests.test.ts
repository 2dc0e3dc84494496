import assert from "node:assert/strict";
import { createServer } from "node:http";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { type Issuer, newPerson, newService, type Person, startIssuer } from "./support/issuer.ts";

let issuer: Issuer;
let ada: Person;
before(async () => {
  issuer = await startIssuer();
  ada = await newPerson(issuer);
});
after(() => issuer.close());

/** A request line, headers and body as bytes; the connection is closed after the answer unless `head` says otherwise. */
const request = (line: string, head: readonly string[] = [], body = ""): string =>
  [`${line} HTTP/1.1`, "Host: localhost", "Connection: close", ...head, "", body].join("\r\n");

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
const json = "Content-Type: application/json";

async function stillThere(): Promise<void> {
  assert.equal((await issuer.get("/me", ada.bearer)).status, 200);
}

describe("a request that two readers could read differently is refused", () => {
  const body = '{"refresh_token":"x"}';
  const faults: Readonly<Record<string, string>> = {
    "length and chunks": request(
      "POST /auth/refresh",
      [json, "Content-Length: 5", "Transfer-Encoding: chunked"],
      "0\r\n\r\n",
    ),
    "an unknown transfer encoding": request("POST /auth/refresh", [json, "Transfer-Encoding: xchunked"], "0\r\n\r\n"),
    "two lengths": request("POST /auth/refresh", [json, "Content-Length: 21", "Content-Length: 22"], body),
    "a length that is no number": request("POST /auth/refresh", [json, "Content-Length: 2x"], body),
    "a bare line feed": "GET /auth/me HTTP/1.1\nHost: localhost\n\n",
    "a folded header": request("GET /auth/me", ["X-A: 1", " 2"]),
    "NUL in a header": request("GET /auth/me", ["X-A: a\0b"]),
    "a space before the colon": request("GET /auth/me", ["Content-Length : 0"]),
    "two hosts in one": "GET /auth/me HTTP/1.1\r\nConnection: close\r\n\r\n",
  };
  for (const [name, bytes] of Object.entries(faults)) {
    test(`H-05, ASVS-4.2.1: ${name}`, async () => {
      assert.equal(statusOf(await issuer.raw(bytes)), 400);
      await stillThere();
    });
  }

  for (const head of [`X-A: ${"a".repeat(17 * 1024)}`, `Cookie: ${"a=1; ".repeat(10_000)}`]) {
    test(`H-06: a header of ${head.length} bytes`, async () => {
      assert.equal(statusOf(await issuer.raw(request("GET /auth/me", [head]))), 431);
      await stillThere();
    });
  }
});

describe("a method that no route has is refused", () => {
  for (const [method, status] of [
    ["TRACE", 405],
    ["TRACK", 400],
    ["BREW", 400],
    ["PROPFIND", 405],
    ["CONNECT", undefined],
  ] as const) {
    test(`ASVS-4.1.4: ${method}`, async () => {
      const answer = await issuer.raw(request(`${method} /auth/me`, [`Authorization: ${ada.bearer}`]));
      assert.equal(answer === "" ? undefined : statusOf(answer), status, answer);
      assert.doesNotMatch(answer, /Authorization|message\/http/i);
      await stillThere();
    });
  }
});

describe("a body without an end is given up", () => {
  test("H-03: a declared length of ten billion is refused before the body", async () => {
    const answer = await issuer.raw(request("POST /auth/sign-in", [json, "Content-Length: 10000000000"]));
    assert.equal(statusOf(answer), 413);
    assert.match(answer, /connection: close/i);
    assert.match(answer, /"code":"payload_too_large"/);
  });

  test("H-03: an endless chunked body is refused once it is too large, and the connection is closed", async () => {
    const socket = connect(issuer.port, "localhost");
    socket.on("error", () => undefined);
    socket.write(request("POST /auth/sign-in", [json, "Transfer-Encoding: chunked"]));
    const chunk = `1000\r\n${"x".repeat(4096)}\r\n`;
    let sent = 0;
    const pour = (): void => {
      while (!socket.destroyed && socket.writable && sent < 1e9 && socket.write(chunk)) sent += 4096;
    };
    socket.on("drain", pour);
    pour();
    let answer = "";
    socket.on("data", (data) => {
      answer += data;
    });
    await new Promise((resolve) => socket.on("close", resolve));
    assert.equal(statusOf(answer), 413);
    assert.ok(sent < 1e9);
    await stillThere();
  });

  test("a body that breaks off is a bad request and no fault of the issuer", async () => {
    const before = issuer.events.length;
    const gone = connect(issuer.port, "localhost");
    gone.write(request("POST /auth/sign-up", [json, "Content-Length: 500"], '{"email":'), () => gone.destroy());
    await new Promise((resolve) => gone.on("close", resolve));
    await stillThere();
    assert.deepEqual(
      issuer.events.slice(before).filter(({ type }) => type === "fault"),
      [],
    );
  });
});

describe("no spelling of a path opens what the plain path keeps shut", () => {
  const paths = [
    "//auth/me",
    "/auth//me",
    "/auth/me/",
    "/AUTH/ME",
    "/auth/ME",
    "/auth/%6de",
    "/%61uth/me",
    "/auth/me%00",
    "/auth/me%2f",
    "/auth/me%2f..",
    "/auth/x/..;/me",
    "/auth/./me",
    "/auth/x/../me",
    "/auth/%2e%2e/auth/me",
    "/auth/me;x=1",
    "/auth/me#x",
    "/auth/me?x=1",
    "/auth\\me",
    "/auth/me%",
    "/auth/me%ff",
    "/me",
    "/auth",
    "/",
    "http://evil.example/auth/me",
    "http://evil.example",
  ];
  for (const path of paths) {
    test(`H-08: ${path}`, async () => {
      const anonymous = await issuer.raw(request(`GET ${path}`));
      assert.ok([400, 401, 404].includes(statusOf(anonymous)), anonymous);
      assert.match(anonymous, /application\/problem\+json/);
      const known = await issuer.raw(request(`GET ${path}`, [`Authorization: ${ada.bearer}`]));
      assert.ok(statusOf(known) === 200 ? statusOf(anonymous) === 401 : [400, 404].includes(statusOf(known)), known);
    });
  }

  for (const id of ["%00", "%ff", "%2f", "..%2f..", "x".repeat(4000), "'%20OR%201=1--", "__proto__"]) {
    test(`H-08: there is no session ${id.slice(0, 20)}`, async () => {
      const answer = await issuer.raw(request(`DELETE /auth/sessions/${id}`, [`Authorization: ${ada.bearer}`]));
      assert.ok([400, 404].includes(statusOf(answer)), answer);
      await stillThere();
    });
  }
});

describe("the issuer's own address is configuration, never the caller's word", () => {
  const hosts: Readonly<Record<string, readonly string[]>> = {
    "a foreign host": ["Host: evil.example"],
    "a forwarded host": ["Host: localhost", "X-Forwarded-Host: evil.example", "Forwarded: host=evil.example"],
    "another port": ["Host: localhost:1"],
    "a host with a path": ["Host: evil.example/x"],
    "a host that is none": ["Host: evil example"],
    "a host with a name and a password": ["Host: a:b@evil.example"],
  };
  for (const [name, head] of Object.entries(hosts)) {
    test(`R-06: ${name}`, async () => {
      const line = "GET /.well-known/oauth-authorization-server/auth HTTP/1.1";
      const answer = await issuer.raw([line, "Connection: close", ...head, "", ""].join("\r\n"));
      assert.doesNotMatch(answer, /evil/);
      assert.ok(statusOf(answer) === 400 || answer.includes(`"issuer":"${issuer.url}"`), answer);
      if (statusOf(answer) === 400) assert.match(answer, /"code":"invalid_request"/);
    });
  }

  test("R-06: of two hosts neither is repeated", async () => {
    const line = "GET /.well-known/oauth-authorization-server/auth HTTP/1.1";
    const answer = await issuer.raw(
      [line, "Connection: close", "Host: localhost", "Host: evil.example", "", ""].join("\r\n"),
    );
    assert.doesNotMatch(answer, /evil/);
  });
});

describe("behind a body parser", () => {
  /** What `express.json()` and `express.urlencoded()` leave: the body read, parsed, and put on the request. */
  const parsed = async (
    bodyOf: unknown,
    type: string,
    authorization = "",
  ): Promise<{ status: number; code: unknown }> => {
    const server = createServer((incoming, response) => {
      incoming.resume();
      incoming.on("end", () => {
        Object.assign(incoming, { body: bodyOf });
        setImmediate(() => issuer.auth.node(incoming, response, () => response.writeHead(418).end()));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const path = type.includes("form") ? "introspect" : "sign-in";
    const answer = await fetch(`http://localhost:${port}/auth/${path}`, {
      method: "POST",
      headers: { "content-type": type, authorization },
      body: "x",
    });
    const { code } = Object(await answer.json());
    server.close();
    server.closeAllConnections();
    return { status: answer.status, code };
  };
  const form = "application/x-www-form-urlencoded";

  test("JSON is read again and signs in", async () => {
    const { email, password } = ada;
    assert.equal((await parsed({ email, password }, "application/json")).status, 200);
  });

  test("what fits no schema is refused as ever", async () => {
    for (const body of [null, [], {}, "text", { email: 1 }, Buffer.from("{")]) {
      assert.equal((await parsed(body, "application/json")).status, 400, String(body));
    }
  });

  test("a form parameter that was given twice, or is no text, stays refused", async () => {
    const service = await newService(issuer.auth);
    const twice = await parsed({ token: [ada.access, ada.access] }, form, service);
    assert.deepEqual(twice, { status: 400, code: "invalid_request" });
    const hostile = await parsed({ token: { toString: "x" } }, form, service);
    assert.equal(hostile.status, 200);
    const fine = await parsed({ token: ada.access }, form, service);
    assert.equal(fine.status, 200);
  });
});
