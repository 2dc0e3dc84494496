import { screenConformance } from "#browser/screenConformance.ts";
import { recoveryScreens } from "#browser/screens.ts";

screenConformance("hosted pages: recovery", recoveryScreens);
