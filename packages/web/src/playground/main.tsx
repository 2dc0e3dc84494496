/** The playground, in the browser. */
export {};
