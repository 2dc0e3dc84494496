/** What the hosted pages do beyond their forms; each works without it. */
export {};
