/**
 * Waits for work at most so long, then rejects; the work itself goes on. An answer that has come in while the process was busy
 * elsewhere still counts: the deadline is heard after the sockets were read.
 */
export const within = <T>(ms: number, work: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const give = setTimeout(() => setImmediate(() => reject(new Error(`no answer within ${ms} ms`))), ms);
    work.then(resolve, reject).finally(() => clearTimeout(give));
  });
