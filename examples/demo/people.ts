/** An answer over HTTP: status, JSON body, and the text as it came. */
export type Answer = {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
};

/** Posts JSON (or nothing) to a URL, with a bearer token or without. */
export function post(
  url: string,
  { body, token }: { readonly body?: object; readonly token?: string },
): Promise<Answer> {
  const headers = { ...(body && { "content-type": "application/json" }), ...bearer(token) };
  return read(fetch(url, { method: "POST", headers, ...(body && { body: JSON.stringify(body) }) }));
}

/** Asks a URL with a bearer token or without. */
export const get = (url: string, token?: string): Promise<Answer> => read(fetch(url, { headers: bearer(token) }));

const bearer = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

async function read(asked: Promise<Response>): Promise<Answer> {
  const answer = await asked;
  const text = await answer.text();
  return { status: answer.status, text, body: text.startsWith("{") ? JSON.parse(text) : {} };
}
