import { type Import, importsOf, targetOf } from "./imports.ts";
import { type Room, rooms } from "./rows.ts";
import { isPackageSource, type SourceFile, type Violation } from "./source.ts";

const home = "packages/server/src/";

/** Each room of the server imports only what rows.ts lets it see, and every file there lives in exactly one room. */
export const keepRooms = (files: readonly SourceFile[]): readonly Violation[] =>
  files.filter((file) => isPackageSource(file) && file.path.startsWith(home)).flatMap(checkFile);

function checkFile(file: SourceFile): readonly Violation[] {
  const [room, another] = rooms.filter((candidate) => holds(candidate, file.path));
  if (!room) return [{ path: file.path, line: 1, message: "no room in tools/layers/rows.ts holds this file" }];
  if (another) return [{ path: file.path, line: 1, message: `both ${room.room} and ${another.room} hold this file` }];
  return importsOf(file).flatMap((item) => checkImport(file, room, item));
}

function checkImport(file: SourceFile, from: Room, item: Import): readonly Violation[] {
  const target = targetOf(file, item);
  const to = target === undefined ? undefined : rooms.find((candidate) => holds(candidate, target));
  if (!to || to === from || maySee(from, to)) return [];
  return [
    { path: file.path, line: item.line, message: `${from.room} (row ${from.row}) imports ${to.room} (row ${to.row})` },
  ];
}

const maySee = (from: Room, to: Room): boolean => (from.sees ? from.sees.includes(to.room) : to.row < from.row);

const holds = (room: Room, path: string): boolean =>
  room.holds.some((pattern) =>
    pattern.endsWith("*") ? path.startsWith(home + pattern.slice(0, -1)) : path === home + pattern,
  );
