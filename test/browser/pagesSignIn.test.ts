import { screenConformance } from "#browser/screenConformance.ts";
import { signInScreens } from "#browser/screens.ts";

screenConformance("hosted pages: signIn", signInScreens);
