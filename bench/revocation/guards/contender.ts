/** Frameworks, and what stands before the route in each. The first of each is what the others are compared with. */
export const contenders = {
  Express: [
    "no auth",
    "expressGuard",
    "expressGuard, each token new",
    "express-jwt",
    "express-oauth2-jwt-bearer",
    "express-session, Redis",
  ],
  Fastify: ["no auth", "fastifyGuard", "fastifyGuard, each token new", "@fastify/jwt", "@fastify/jwt, its cache"],
  Hono: ["no auth", "honoGuard", "honoGuard, each token new", "hono/jwt"],
} as const;

/** What stands before a route of that framework. */
export type Framework = keyof typeof contenders;
export type ContenderName<F extends Framework = Framework> = (typeof contenders)[F][number];

/** How many tokens ours remembers: those that were accepted need no second check of their signature. "each token new" remembers none. */
export const cacheSizeOf = (name: ContenderName): number => (name.endsWith("each token new") ? 0 : 4096);
