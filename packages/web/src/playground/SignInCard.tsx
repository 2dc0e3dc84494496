import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { world } from "../world.ts";
import { Turn } from "./icons.tsx";
import { Action, Card } from "./parts.tsx";
import type { Playground } from "./usePlayground.ts";

/** Step 1: an account. */
export function SignInCard(page: Playground): JSX.Element {
  return (
    <Card step={1} title={page.person ? "You are signed in" : "Sign up"} name="you">
      {page.person ? <Person {...page} /> : <Form {...page} />}
    </Card>
  );
}

function Form({ enter, busy, refused }: Playground): JSX.Element {
  const [email, setEmail] = useState(freshEmail);
  const [password, setPassword] = useState("a phrase of several words");
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        enter({ email, password });
      }}
    >
      <p class="lead">Make up an account. It lives in this server's memory, and is gone when the server stops.</p>
      <div class="fields">
        <label class="field">
          Email
          <input
            type="email"
            name="email"
            autocomplete="username"
            required
            value={email}
            onInput={({ currentTarget }) => setEmail(currentTarget.value)}
          />
        </label>
        <label class="field">
          Password
          <input
            type="text"
            name="password"
            autocomplete="off"
            required
            minLength={8}
            spellcheck={false}
            value={password}
            onInput={({ currentTarget }) => setPassword(currentTarget.value)}
          />
        </label>
      </div>
      <button type="submit" class="button main" aria-busy={busy === "enter"}>
        {busy === "enter" ? "One moment …" : "Sign up and get a token"}
      </button>
      {refused !== undefined && (
        <p class="fault" role="alert">
          {refused}
        </p>
      )}
    </form>
  );
}

function Person({ person, isOver, restart, renew, busy }: Playground): JSX.Element {
  return (
    <div class="person">
      <span class="avatar" aria-hidden="true">
        {person?.email.slice(0, 1).toUpperCase()}
      </span>
      <p class="who">
        <strong>{person?.email}</strong>
        <span>
          {isOver
            ? "The session has ended. The token is still here, as a thief would have it."
            : "The session is live."}
        </span>
      </p>
      {isOver ? (
        <Action label="Start again" kind="main" onClick={restart} />
      ) : (
        <Action label="Next token" icon={<Turn />} onClick={renew} busy={busy === "renew"} />
      )}
    </div>
  );
}

/** Each visit is somebody else, so that nobody meets an account of before. */
function freshEmail(): string {
  const [one = 0, other = 0] = world.random(2);
  return `ada.${(one * 256 + other).toString(36)}@example.com`;
}
