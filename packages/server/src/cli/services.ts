import { type Command, UsageError } from "./command.ts";
import { confirm, yesFlag } from "./confirm.ts";
import { humanTime, print, table } from "./output.ts";
import { settingFlags } from "./settings.ts";
import { byCli, withAuth, withExistingAuth, withStore } from "./withAuth.ts";

/** `services create`: the secret is shown once; only its hash is stored. */
export const servicesCreate: Command = {
  name: "services create",
  about: "Creates credentials for a service that introspects tokens or reads the revocation feed",
  words: ["NAME"],
  flags: settingFlags,
  run: async (given) => {
    const name = given.words[0]?.trim() ?? "";
    if (name === "" || name.length > 100) throw new UsageError("Give the service a name of 1 to 100 characters.");
    const { service, secret } = await withAuth(given, (auth) => auth.services.create(name, byCli));
    print(given.is("json"), { id: service.id, name, secret }, () =>
      [
        `Created the service ${name}.`,
        `  id      ${service.id}`,
        `  secret  ${secret}`,
        "The secret is shown only now.",
      ].join("\n"),
    );
    return 0;
  },
};

/** `services list`, oldest first. */
export const servicesList: Command = {
  name: "services list",
  about: "Lists services",
  words: [],
  flags: settingFlags,
  run: async (given) => {
    const found = await withStore(given, ({ services }) => services.list());
    const services = found.map(({ id, name, createdAt }) => ({
      id,
      name,
      created_at: new Date(createdAt).toISOString(),
    }));
    const rows = found.map(({ id, name, createdAt }) => [name, id, humanTime(createdAt)]);
    print(given.is("json"), { services }, () =>
      table(["NAME", "ID", "CREATED"], rows, "No services yet. Create one with: cardea services create NAME"),
    );
    return 0;
  },
};

/** `services delete`: its secret opens nothing from then on. */
export const servicesDelete: Command = {
  name: "services delete",
  about: "Takes a service's credentials back",
  words: ["ID"],
  flags: { ...settingFlags, ...yesFlag },
  run: async (given) => {
    const [id = ""] = given.words;
    await withExistingAuth(given, async (auth, { services }) => {
      const service = await services.find(id);
      if (!service) throw new Error(`There is no service ${id}. See: cardea services list`);
      await confirm(
        given,
        `Delete the service ${service.name} (${id})? Its verifiers get no more news of revocations.`,
      );
      await auth.services.remove(id, byCli);
    });
    print(given.is("json"), { id, done: true }, () => `Deleted the service ${id}.`);
    return 0;
  },
};
