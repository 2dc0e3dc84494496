import { screenConformance } from "#browser/screenConformance.ts";
import { messageScreens } from "#browser/screens.ts";

screenConformance("hosted pages: message", messageScreens);
