import type { Page } from "playwright-core";
import type { Stage } from "./stage.ts";
import {
  goodPassword,
  mailedLink,
  newVisitor,
  signInElsewhere,
  signInQuietly,
  submit,
  type Visitor,
} from "./visitor.ts";

/** A screen of the hosted pages in one of its states, and how a visitor gets there. A page with a fresh profile stands on it afterwards. */
export type Screen = {
  readonly name: string;
  readonly title: RegExp;
  readonly open: (page: Page, stage: Stage) => Promise<void>;
};

const at =
  (path: string) =>
  async (page: Page, { issuer }: Stage): Promise<void> => {
    await page.goto(`${issuer}/pages${path}`);
  };

const sending =
  (path: string, fields: Readonly<Record<string, string>>) =>
  async (page: Page, stage: Stage): Promise<void> => {
    await at(path)(page, stage);
    await submit(page, fields);
  };

const signedIn =
  (path: string, prepare: (stage: Stage, visitor: Visitor) => Promise<unknown> = async () => undefined) =>
  async (page: Page, stage: Stage): Promise<void> => {
    const visitor = await newVisitor(stage);
    await signInQuietly(page.context(), stage, visitor);
    await prepare(stage, visitor);
    await at(path)(page, stage);
  };

const twoMore = async (stage: Stage, visitor: Visitor): Promise<void> => {
  await signInElsewhere(stage, visitor);
  await signInElsewhere(stage, visitor, "curl/8.5.0");
};

const forgotten = async (page: Page, stage: Stage): Promise<Visitor> => {
  const visitor = await newVisitor(stage);
  await sending("/forgot", { email: visitor.email })(page, stage);
  return visitor;
};

/** Sign-in and sign-up. */
export const signInScreens: readonly Screen[] = [
  { name: "sign-in", title: /^Sign in/, open: at("/sign-in") },
  {
    name: "sign-in-refused",
    title: /^Sign in/,
    open: sending("/sign-in", { email: "nobody@example.com", password: "wrong" }),
  },
  { name: "sign-in-empty", title: /^Sign in/, open: sending("/sign-in", { email: "", password: "" }) },
  { name: "sign-in-already", title: /^Sign in/, open: signedIn("/sign-in") },
  { name: "sign-up", title: /^Create an account/, open: at("/sign-up") },
  {
    name: "sign-up-refused",
    title: /^Create an account/,
    open: sending("/sign-up", { email: "no address", password: "short" }),
  },
  {
    name: "sign-up-done",
    title: /^Sign in/,
    open: async (page, stage) => {
      const email = `new${Math.trunc(stage.events.length)}@example.com`;
      await sending("/sign-up", { email, password: goodPassword, "field.nickname": "Ada" })(page, stage);
    },
  },
];

/** A forgotten password, and the links of mails. */
export const recoveryScreens: readonly Screen[] = [
  { name: "check-email", title: /^Check your email/, open: async (page, stage) => void (await forgotten(page, stage)) },
  {
    name: "verify",
    title: /^Confirm your email address/,
    open: async (page, stage) => void (await page.goto(await mailedLink(stage, (await newVisitor(stage)).email))),
  },
  {
    name: "verify-refused",
    title: /^Confirm your email address/,
    open: async (page, stage) => {
      await page.goto(await mailedLink(stage, (await newVisitor(stage)).email));
      await submit(page, { password: "wrong" });
    },
  },
  { name: "forgot", title: /^Forgot your password/, open: at("/forgot") },
  { name: "forgot-refused", title: /^Forgot your password/, open: sending("/forgot", { email: "x" }) },
  {
    name: "reset",
    title: /^Choose a new password/,
    open: async (page, stage) => void (await page.goto(await mailedLink(stage, (await forgotten(page, stage)).email))),
  },
  {
    name: "reset-refused",
    title: /^Choose a new password/,
    open: async (page, stage) => {
      await page.goto(await mailedLink(stage, (await forgotten(page, stage)).email));
      await submit(page, { password: "12345678" });
    },
  },
  { name: "change-email", title: /^Confirm your new address/, open: at("/change-email?token=lt_x") },
  { name: "dead-link", title: /^This link does not work/, open: sending("/change-email?token=lt_x", {}) },
];

/** What only says something, whatever went wrong, and the mails of a development server. */
export const messageScreens: readonly Screen[] = [
  { name: "signed-out", title: /^You are signed out/, open: at("/signed-out") },
  {
    name: "wait",
    title: /^Please wait/,
    open: async (page, { strict }) => {
      for (let time = 0; time < 2; time++) {
        await page.goto(`${strict}/pages/forgot`);
        await submit(page, { email: "ada@example.com" });
      }
    },
  },
  {
    name: "error",
    title: /^That did not work/,
    open: async (page, { broken }) => {
      await page.goto(`${broken}/pages/sign-in`);
      await submit(page, { email: "ada@example.com", password: goodPassword });
    },
  },
  {
    name: "foreign",
    title: /^That did not work/,
    open: async (page, { issuer, foreign }) => {
      foreign.serve(
        `<title>x</title><main><form method="post" action="${issuer}/pages/sign-in"><button>x</button></form></main>`,
      );
      await page.goto(foreign.origin);
      await submit(page, {});
    },
  },
  {
    name: "inbox",
    title: /^Inbox/,
    open: async (page, stage) => {
      await newVisitor(stage);
      await stage.auth.settled();
      await page.goto(`${stage.issuer}/dev/inbox`);
    },
  },
  {
    name: "inbox-mail",
    title: /^Confirm your email address/,
    open: async (page, stage) => {
      await newVisitor(stage);
      await stage.auth.settled();
      await page.goto(`${stage.issuer}/dev/inbox`);
      await page.click("main li a");
    },
  },
];

/** The account of somebody signed in: what is in it. */
export const accountScreens: readonly Screen[] = [
  { name: "account", title: /^Profile/, open: signedIn("/account") },
  {
    name: "account-refused",
    title: /^Profile/,
    open: async (page, stage) => {
      await signedIn("/account")(page, stage);
      await page.fill('[name="field.nickname"]', "a nickname of far too many characters");
      await page.click("main form:has(input) button");
    },
  },
  { name: "account-password", title: /^Password/, open: signedIn("/account/password") },
  {
    name: "account-password-refused",
    title: /^Password/,
    open: async (page, stage) => {
      await signedIn("/account/password")(page, stage);
      await submit(page, { current: "wrong", password: goodPassword });
    },
  },
  { name: "account-email", title: /^Email address/, open: signedIn("/account/email") },
  {
    name: "account-email-asked",
    title: /^Email address/,
    open: async (page, stage) => {
      await signedIn("/account/email")(page, stage);
      await submit(page, { email: "other@example.org" });
    },
  },
];

/** The account: where somebody is signed in, what happened, and what is sensitive. */
export const securityScreens: readonly Screen[] = [
  { name: "account-sessions", title: /^Devices/, open: signedIn("/account/sessions", twoMore) },
  {
    name: "account-sessions-ended",
    title: /^Devices/,
    open: async (page, stage) => {
      await signedIn("/account/sessions", twoMore)(page, stage);
      await page.click("main li:nth-child(2) button");
    },
  },
  { name: "account-activity", title: /^Activity/, open: signedIn("/account/activity", twoMore) },
  { name: "account-data", title: /^Your data/, open: signedIn("/account/data") },
  {
    name: "account-data-refused",
    title: /^Your data/,
    open: async (page, stage) => {
      await signedIn("/account/data")(page, stage);
      await page.click("main form button");
    },
  },
  {
    name: "account-deleted",
    title: /^Your account is deleted/,
    open: async (page, stage) => {
      await signedIn("/account/data")(page, stage);
      await page.check('[name="sure"]');
      await page.click("main form button");
    },
  },
  { name: "account-confirm", title: /^Confirm that it is you/, open: signedIn("/account/confirm?next=email") },
  {
    name: "account-confirm-refused",
    title: /^Confirm that it is you/,
    open: async (page, stage) => {
      await signedIn("/account/confirm?next=data")(page, stage);
      await submit(page, { password: "wrong" });
    },
  },
];

/** Every screen. */
export const screens: readonly Screen[] = [
  ...signInScreens,
  ...recoveryScreens,
  ...messageScreens,
  ...accountScreens,
  ...securityScreens,
];
