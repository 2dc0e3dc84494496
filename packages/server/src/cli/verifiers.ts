import { instant } from "./account.ts";
import type { Command } from "./command.ts";
import { humanTime, print, table } from "./output.ts";
import { settingFlags } from "./settings.ts";
import { withStore } from "./withAuth.ts";

/** How long a verifier that has fallen silent is listed. */
const listedForMs = 3_600_000;

/** `verifiers list`: who follows the revocation log, and how far behind each is. */
export const verifiersList: Command = {
  name: "verifiers list",
  about: "Lists the verifiers that follow the revocation log, and how far each is",
  words: [],
  flags: settingFlags,
  run: async (given) => {
    const { head, notes, names } = await withStore(given, async ({ verifiers, revocations, services }) => ({
      notes: await verifiers.list(Date.now() - listedForMs),
      head: (await revocations.read(Number.MAX_SAFE_INTEGER, 1)).head,
      names: new Map((await services.list()).map(({ id, name }) => [id, name])),
    }));
    const seen = notes.map((note) => ({
      ...note,
      service: names.get(note.serviceId) ?? note.serviceId,
      behind: note.epoch === head.epoch ? Math.max(0, head.pos - note.applied) : undefined,
      silentMs: Math.max(0, Date.now() - note.heardAt),
    }));
    const verifiers = seen.map(({ name, service, serviceId, behind, maxStalenessMs, heardAt, silentMs }) => ({
      name,
      service,
      service_id: serviceId,
      behind: behind ?? null,
      max_staleness_ms: maxStalenessMs,
      heard_at: instant(heardAt),
      silent_ms: silentMs,
    }));
    const rows = seen.map(({ name, service, behind, maxStalenessMs, heardAt, silentMs }) => [
      name,
      service,
      behind === undefined ? "has nothing" : behind === 0 ? "all" : `all but ${behind}`,
      `${(silentMs / 1000).toFixed(1)} s ago`,
      silentMs > maxStalenessMs ? `silent since ${humanTime(heardAt)}` : `at most ${maxStalenessMs / 1000} s`,
    ]);
    print(given.is("json"), { head: { epoch: head.epoch, position: head.pos }, verifiers }, () =>
      table(["NAME", "SERVICE", "HAS APPLIED", "HEARD", "STALENESS"], rows, "No verifier follows the log."),
    );
    return 0;
  },
};
