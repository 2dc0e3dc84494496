/** Whether a host name of a URL is this machine, which http cannot be listened to on the way to. */
export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
