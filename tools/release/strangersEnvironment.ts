import { delimiter, dirname } from "node:path";

/** Settings of the machine that npm needs wherever it runs; everything else named npm_… describes this workspace. */
const ofTheMachine = /^npm_config_(?:registry|cache|cafile|userconfig|globalconfig|proxy|https_proxy|noproxy)$/i;

/** The environment of somebody who never saw this repository: not its export condition, its npm settings or its programs. */
export function strangersEnvironment(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) =>
      !/^(?:NODE_OPTIONS|NODE_ENV|NODE_TEST_CONTEXT|INIT_CWD|CARDEA_\w+)$/.test(name) &&
      (!/^npm_/i.test(name) || ofTheMachine.test(name)),
  );
  const path = (env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !/[\\/](?:node_modules|node-gyp-bin)\b/.test(folder));
  return { ...Object.fromEntries(kept), PATH: path.join(delimiter) };
}

/** The same, on a machine whose `node` is the one that runs this. */
export const withThisNode = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...env,
  PATH: [dirname(process.execPath), env.PATH].join(delimiter),
});
