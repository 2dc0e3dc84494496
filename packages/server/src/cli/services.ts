import { suggestion } from "../didYouMean.ts";
import { type ServiceScope, scopesAmong, serviceScopes } from "../store/ports.ts";
import { type Arguments, type Command, UsageError } from "./command.ts";
import { confirm, yesFlag } from "./confirm.ts";
import { humanTime, print, table } from "./output.ts";
import { settingFlags } from "./settings.ts";
import { byCli, withAuth, withExistingAuth, withStore } from "./withAuth.ts";

/** `services create`: the secret is shown once; only its hash is stored. */
export const servicesCreate: Command = {
  name: "services create",
  about: "Creates credentials for a service that introspects tokens or reads the revocation feed",
  words: ["NAME"],
  flags: {
    ...settingFlags,
    scope: {
      type: "string",
      multiple: true,
      about: "what it may do: introspect, revocation:read (both by default), revocation:write; once for each",
    },
  },
  run: async (given) => {
    const scopes = scopesOf(given);
    const name = given.words[0]?.trim() ?? "";
    if (name === "" || name.length > 100) throw new UsageError("Give the service a name of 1 to 100 characters.");
    const { service, secret } = await withAuth(given, (auth) =>
      auth.services.create(name, { by: byCli, ...(scopes ? { scopes } : {}) }),
    );
    print(given.is("json"), { id: service.id, name, scopes: service.scopes, secret }, () =>
      [
        `Created the service ${name}.`,
        `  id      ${service.id}`,
        `  secret  ${secret}`,
        `  may     ${service.scopes.join(", ")}`,
        "The secret is shown only now.",
      ].join("\n"),
    );
    return 0;
  },
};

/** What the service may do; undefined when nothing was said. */
function scopesOf(given: Arguments): readonly ServiceScope[] | undefined {
  const asked = given.texts("scope");
  const unknown = asked.find((scope) => !serviceScopes.some((known) => known === scope));
  if (unknown !== undefined) {
    throw new UsageError(
      `There is no scope ${unknown}.${suggestion(unknown, serviceScopes)} Use ${serviceScopes.join(", ")}.`,
    );
  }
  return asked.length === 0 ? undefined : scopesAmong(asked);
}

/** `services list`, oldest first. */
export const servicesList: Command = {
  name: "services list",
  about: "Lists services",
  words: [],
  flags: settingFlags,
  run: async (given) => {
    const found = await withStore(given, ({ services }) => services.list());
    const services = found.map(({ id, name, scopes, createdAt }) => ({
      id,
      name,
      scopes,
      created_at: new Date(createdAt).toISOString(),
    }));
    const rows = found.map(({ id, name, scopes, createdAt }) => [name, id, scopes.join(" "), humanTime(createdAt)]);
    print(given.is("json"), { services }, () =>
      table(["NAME", "ID", "MAY", "CREATED"], rows, "No services yet. Create one with: cardea services create NAME"),
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
