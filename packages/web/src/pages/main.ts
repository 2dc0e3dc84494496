import { countDown } from "./countDown.ts";
import { showPasswords } from "./showPasswords.ts";

/** What the hosted pages do beyond their forms; each works without it. */
showPasswords(document);
countDown(document);
