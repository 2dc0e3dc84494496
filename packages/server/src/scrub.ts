/** A text with the passwords of its URLs left out: in `user:password@`, and as a parameter. */
export const withoutPasswords = (text: string): string =>
  text.replace(/(\/\/[^\s/:@]*:)\S*@/g, "$1***@").replace(/([?&]password=)[^\s&#]*/gi, "$1***");

/** Whether a URL holds a password. */
export const hasPassword = (url: string): boolean => withoutPasswords(url) !== url;

/** A text of somebody else, such as a driver's error, without what looks like a password in a URL, a token of ours, a JWT or a password hash. */
export const scrub = (text: string): string => withoutPasswords(text).replace(secrets, "***");

const secrets =
  /\b(?:at|rt|cs|dt|lt)_[\w.-]{16,}|\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*|\$(?:argon2|scrypt|pbkdf2|2[aby]\$)\S+/g;
