/** What is wrong with a file or folder, in words: `./x is not there.` The system's own text names calls that nobody made. */
export function systemFault(error: unknown, path: string): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  return `${path} ${faults[code] ?? `cannot be used (${code})`}.`;
}

const faults: Readonly<Record<string, string>> = {
  ENOENT: "is not there",
  ENOTDIR: "leads through a file as if it were a folder",
  EISDIR: "is a folder, not a file",
  EACCES: "may not be used by this user: look at its owner and mode",
  EPERM: "may not be used by this user: look at its owner and mode",
  EROFS: "is on a file system that cannot be written",
  ENOSPC: "is on a disk that is full",
  ELOOP: "is a link that leads round in a circle",
  ENAMETOOLONG: "has a name that is too long",
};

/** Whether an exception is the system's word on a path. */
export const isSystemFault = (error: unknown): error is Error & { readonly path: string } =>
  error instanceof Error && "syscall" in error && "path" in error && typeof error.path === "string";
