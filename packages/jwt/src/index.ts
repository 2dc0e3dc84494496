export type { AlgorithmName, HmacAlgorithmName, KeyPairAlgorithmName } from "./algorithms/algorithms.ts";
export type { Claims, DeepReadonly, VerifiedClaims, VerifiedHeader } from "./claims.ts";
export { exportPublicJwk } from "./keys/exportPublicJwk.ts";
export { exportSecretJwk } from "./keys/exportSecretJwk.ts";
export { type GenerateKeyOptions, generateKey } from "./keys/generateKey.ts";
export { hmacKey } from "./keys/hmacKey.ts";
export { importSecretJwk } from "./keys/importSecretJwk.ts";
export type { HmacKey, PrivateKey, PublicKey, SigningKey, VerificationKey } from "./keys/key.ts";
export type { KeyInput } from "./keys/keyInput.ts";
export type { KeyOptions } from "./keys/keyOptions.ts";
export { type KeySet, keySet } from "./keys/keySet.ts";
export { type KeySetFromJwksOptions, keySetFromJwks } from "./keys/keySetFromJwks.ts";
export type { KeySource } from "./keys/keySource.ts";
export { privateKey } from "./keys/privateKey.ts";
export { publicKey } from "./keys/publicKey.ts";
export { publicKeyOf } from "./keys/publicKeyOf.ts";
export { thumbprint } from "./keys/thumbprint.ts";
export { type Peeked, peek } from "./peek.ts";
export type { Refusal, RefusalCode } from "./refusal.ts";
export { createAsyncSigner } from "./sign/createAsyncSigner.ts";
export { createSigner, type SignerOptions, type SignOptions } from "./sign/createSigner.ts";
export { sign } from "./sign/sign.ts";
export type { SchemaResult, StandardSchemaV1 } from "./standardSchema.ts";
export { unchecked } from "./unchecked.ts";
export { type AccessTokenClaims, accessTokenPolicy } from "./verify/accessTokenPolicy.ts";
export { createExplainer, type Explanation, type Step } from "./verify/createExplainer.ts";
export {
  createMultiIssuerVerifier,
  type IssuerRules,
  type MultiIssuerOptions,
} from "./verify/createMultiIssuerVerifier.ts";
export { createVerifier, type SharedVerifierOptions, type VerifierOptions } from "./verify/createVerifier.ts";
export { explain } from "./verify/explain.ts";
export type { Policy } from "./verify/policy.ts";
export type { AcceptedToken, JwtVerifier, VerifyResult } from "./verify/tokenVerifier.ts";
export type { IsRevoked, VerifiedToken } from "./verify/verifiedToken.ts";
export { verify } from "./verify/verify.ts";
