/** Whether a hash has enough bits never to match by chance, and not absurdly many. */
export const isLongEnough = (hash: Uint8Array | undefined): hash is Uint8Array =>
  hash !== undefined && hash.length >= 16 && hash.length <= 128;
