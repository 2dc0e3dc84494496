import type { JSX } from "preact";
import { Ban, Clock, Cut, Join, KeyIcon, Leave, Person, Turn } from "./icons.tsx";
import { Action, Card } from "./parts.tsx";
import type { Playground } from "./usePlayground.ts";

/** Step 4: ways in which a token ends. */
export function TakeBack(page: Playground): JSX.Element {
  const { person, isOver, leave, act, busy } = page;
  const isOff = person === undefined || isOver;
  return (
    <Card step={4} title="Take it back" name="takeBack">
      <p class="lead">Sign out, and watch how fast both services hear of it.</p>
      <div class="actions">
        <Action
          icon={<Leave />}
          label="Sign out"
          kind="main"
          disabled={isOff}
          busy={busy === "leave"}
          onClick={leave}
        />
        <Action
          icon={<Ban />}
          label="Revoke session"
          disabled={isOff}
          busy={busy === "revoke_session"}
          onClick={() => act("revoke_session")}
        />
        <Action
          icon={<Person />}
          label="Revoke user"
          disabled={isOff}
          busy={busy === "revoke_user"}
          onClick={() => act("revoke_user")}
        />
        <Action
          icon={<Clock />}
          label="Expire"
          disabled={isOff}
          busy={busy === "expire"}
          onClick={() => act("expire")}
        />
      </div>
      <Keys {...page} />
      {page.settings.mode === "hybrid" && <Feed {...page} />}
    </Card>
  );
}

function Keys({ checked, act, busy }: Playground): JSX.Element {
  return (
    <div class="sub">
      <h3>Keys</h3>
      <ul class="keys">
        {(checked?.keys ?? []).map(({ kid, alg, state }) => (
          <li key={kid} class={`key ${state}`}>
            <KeyIcon />
            <code>{kid.slice(0, 8)}…</code> {alg} <span class={`tag ${state}`}>{keyWords.get(state) ?? state}</span>
          </li>
        ))}
      </ul>
      <div class="actions">
        <Action icon={<Turn />} label="Rotate the key" busy={busy === "rotate_key"} onClick={() => act("rotate_key")} />
        <Action icon={<Ban />} label="Kill the key" busy={busy === "kill_key"} onClick={() => act("kill_key")} />
      </div>
    </div>
  );
}

const keyWords: ReadonlyMap<string, string> = new Map([
  ["signing", "signs"],
  ["next", "waits"],
  ["verifying", "still verifies"],
  ["retired", "retired"],
  ["revoked", "killed"],
  ["unused", "not used"],
]);

function Feed({ checked, act, busy }: Playground): JSX.Element {
  const isCut = checked?.services.some(({ view }) => view.isCut) ?? false;
  return (
    <div class="sub">
      <h3>Feed of news</h3>
      <p class="lead">
        {isCut
          ? "Cut. After five seconds without news each service does what its policy says."
          : "The issuer tells the services what it takes back, and every two seconds that there is nothing new."}
      </p>
      <div class="actions">
        {isCut ? (
          <Action
            icon={<Join />}
            label="Restore the feed"
            kind="main"
            busy={busy === "restore_feed"}
            onClick={() => act("restore_feed")}
          />
        ) : (
          <Action icon={<Cut />} label="Cut the feed" busy={busy === "cut_feed"} onClick={() => act("cut_feed")} />
        )}
      </div>
    </div>
  );
}
