/** Headers of a document that is the same for everybody: anybody may read it, from any page, and keep it for a while. */
export const cachedFor = (maxAgeSeconds: number): Readonly<Record<string, string>> => ({
  "Cache-Control": `public, max-age=${maxAgeSeconds}`,
  "Access-Control-Allow-Origin": "*",
  "Cross-Origin-Resource-Policy": "cross-origin",
});
