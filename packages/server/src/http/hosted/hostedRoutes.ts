import type { Route } from "../route.ts";
import { accountPages } from "./accountPages.ts";
import { assetRoutes } from "./assetRoutes.ts";
import { dataPages } from "./dataPages.ts";
import type { HostedParts } from "./hostedParts.ts";
import { recoveryPages } from "./recoveryPages.ts";
import { sessionPages } from "./sessionPages.ts";
import { signInPages } from "./signInPages.ts";
import { signOutPages } from "./signOutPages.ts";

/** The hosted pages: every screen that people need, in HTML and real forms, over the same flows as the routes for programs. */
export const hostedRoutes = (parts: HostedParts): readonly Route[] => [
  ...signInPages(parts),
  ...signOutPages(parts),
  ...recoveryPages(parts),
  ...accountPages(parts),
  ...sessionPages(parts),
  ...dataPages(parts),
  ...assetRoutes(parts),
];
