/**
 * How the types of an issuer reach its clients: the result of `createAuth` has such a member, which is never there at run time.
 * Where the issuer is another program, `createClient<AuthTypes<{ plan: string }, { nickname: string }>>` says the same by hand.
 */
export type AuthTypes<Claims extends object = object, Fields extends object = object> = {
  readonly "~types"?: { readonly claims: Claims; readonly fields: Fields };
};

/** The claims that the application adds to access tokens, by the type of its issuer. */
export type ClaimsOf<Types extends AuthTypes> = NonNullable<Types["~types"]>["claims"];

/** The application's own fields of an account, by the type of its issuer. */
export type FieldsOf<Types extends AuthTypes> = NonNullable<Types["~types"]>["fields"];

/** What stands for the types of an issuer that nobody named: anything may be there, and nothing is known of it. */
export type UnknownAuth = AuthTypes<Readonly<Record<string, unknown>>, Readonly<Record<string, unknown>>>;
