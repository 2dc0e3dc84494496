/** One thing that a test has to show: its id, and what it asks for in a short sentence. */
export type Requirement = readonly [id: string, requirement: string];

/** Requirements that belong together, under one heading. */
export type Area = { readonly area: string; readonly requirements: readonly Requirement[] };

/** What nobody tests here, and why it does not apply or is not there. */
export type NotCovered = readonly [ids: string, subject: string, why: string];
