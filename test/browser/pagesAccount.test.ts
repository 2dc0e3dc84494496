import { screenConformance } from "#browser/screenConformance.ts";
import { accountScreens } from "#browser/screens.ts";

screenConformance("hosted pages: account", accountScreens);
