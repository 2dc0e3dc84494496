/** An answer, read whole. */
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: Json; readonly text: string };

/** JSON as tests look into it: any member may be asked for, and is unknown until compared. */
export type Json = Readonly<Record<string, unknown>>;

/** Requests to one server, through a real socket. */
export type Client = {
  readonly url: string;
  readonly post: (path: string, body?: unknown, token?: string) => Promise<Answer>;
  readonly get: (path: string, token?: string) => Promise<Answer>;
  readonly delete: (path: string, token?: string) => Promise<Answer>;
  /** Any request, relative to the server's URL. */
  readonly send: (path: string, init: RequestInit) => Promise<Answer>;
};

/** Talks to the server at a URL. */
export function clientOf(url: string): Client {
  const send = async (path: string, init: RequestInit): Promise<Answer> => read(await fetch(url + path, init));
  return {
    url,
    send,
    post: (path, body, token) => send(path, { method: "POST", ...withBody(body, token) }),
    get: (path, token) => send(path, { headers: bearer(token) }),
    delete: (path, token) => send(path, { method: "DELETE", headers: bearer(token) }),
  };
}

/** The `Authorization` header of a service. */
export const basic = ({ id, secret }: { readonly id: string; readonly secret: string }): string =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`;

/** Reads an answer as text and, where it is JSON, as an object. */
async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  const body: Json = isJson ? JSON.parse(text) : {};
  return { status: response.status, headers: response.headers, body, text };
}

function withBody(body: unknown, token: string | undefined): RequestInit {
  if (body === undefined) return { headers: bearer(token) };
  return { headers: { "content-type": "application/json", ...bearer(token) }, body: JSON.stringify(body) };
}

const bearer = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };
