import { screenConformance } from "#browser/screenConformance.ts";
import { securityScreens } from "#browser/screens.ts";

screenConformance("hosted pages: security", securityScreens);
