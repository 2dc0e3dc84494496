#!/usr/bin/env node
// Plain JavaScript that an old Node can read: it is told what is missing before anything newer is loaded.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 24 || (major === 24 && minor < 16)) {
  process.stderr.write(
    `cardea needs Node.js 24.16 or newer; this is ${process.versions.node}.\n` +
      "Get it from https://nodejs.org, with a version manager (nvm install 24), or for one project alone: npm install --save-dev node@24\n",
  );
  process.exitCode = 1;
} else {
  const { main } = await import("#cli");
  process.exitCode = await main(process.argv.slice(2));
}
