import { styleText } from "node:util";
import { ConfigurationError } from "../../refusal.ts";
import { scrub } from "../../scrub.ts";
import type { Finding, Store } from "../../store/ports.ts";
import { realWorld } from "../../world.ts";
import { emailOf } from "../account.ts";
import type { Command } from "../command.ts";
import { type Configuration, readConfiguration } from "../configuration.ts";
import { print } from "../output.ts";
import { settingFlags } from "../settings.ts";
import { type Check, fail, fine, type Subject, warn } from "./check.ts";
import { checks } from "./checks.ts";

/** `doctor`: looks at everything that an issuer rests on, and makes and changes nothing. */
export const doctor: Command = {
  name: "doctor",
  about: "Checks configuration, store, keys, mail and the rest, each with its fix; exits with 1 if something fails",
  words: [],
  flags: { ...settingFlags, mail: { type: "string", about: "send a test mail to this address" } },
  run: async (given) => {
    const mail = given.text("mail");
    const mailTo = mail === undefined ? undefined : emailOf(mail);
    const findings = await examine(() => readConfiguration(given), mailTo);
    const ok = findings.every(({ state }) => state !== "fail");
    print(given.is("json"), { ok, findings }, () => findings.map(line).join("\n"));
    return ok ? 0 : 1;
  },
};

/** Without a configuration there is nothing else to look at; without a store there is less. */
async function examine(read: () => Promise<Configuration>, mailTo: string | undefined): Promise<readonly Finding[]> {
  let configuration: Configuration;
  try {
    configuration = await read();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return [fail("configuration", error.message)];
  }
  const { store, finding } = await openStore(configuration);
  const subject: Subject = { configuration, store, mailTo, world: realWorld };
  const findings: Finding[] = [fine("configuration", "it fits"), finding];
  for (const check of checks) findings.push(...(await guarded(check, subject)));
  await store?.close();
  return findings;
}

async function openStore({
  checked: { store: factory },
}: Configuration): Promise<{ readonly store: Store | undefined; readonly finding: Finding }> {
  try {
    if (factory.exists && !(await factory.exists()))
      return { store: undefined, finding: warn("store", `${factory.name} is not there yet`, "cardea serve makes it.") };
    const store = await factory.open(realWorld, { migrate: false });
    return { store, finding: fine("store", `${factory.name} opens`) };
  } catch (error) {
    return { store: undefined, finding: fail("store", messageOf(error)) };
  }
}

async function guarded({ name, run }: Check, subject: Subject): Promise<readonly Finding[]> {
  try {
    return await run(subject);
  } catch (error) {
    return [fail(name, messageOf(error))];
  }
}

const messageOf = (error: unknown): string => scrub(error instanceof Error ? error.message : String(error));

const line = ({ name, state, text, fix }: Finding): string =>
  [`${marks[state]}  ${name.padEnd(13)}  ${text}`, ...(fix === undefined ? [] : [`${" ".repeat(21)}${fix}`])].join(
    "\n",
  );

const marks: Readonly<Record<Finding["state"], string>> = {
  ok: styleText("green", "ok  "),
  warn: styleText("yellow", "warn"),
  fail: styleText("red", "fail"),
};
