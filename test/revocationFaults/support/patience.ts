/** How long an answer is waited for, in milliseconds: more with each try, since a machine that is busy may be slow rather than broken. */
export const patience = (firstMs: number, tries: number): number => firstMs * 2 ** Math.min(tries, 4);
