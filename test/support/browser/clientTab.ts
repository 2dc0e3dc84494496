import { createClient } from "@cardea/client";

/** Runs in a page: opens a client, and keeps all that it tells, for tests to look at. */
const openClient = (options: Parameters<typeof createClient>[0]): Promise<unknown> => {
  const client = createClient(options);
  const heard: unknown[] = [];
  client.onChange(({ reason }) => heard.push(reason));
  Object.assign(globalThis, { client, heard });
  return client.ready();
};

Object.assign(globalThis, { openClient });
