// Names of users and groups from /etc/passwd and /etc/group, read again when the files change.

import { readFile, stat } from "node:fs/promises";

/** Looks names up; what is not in the files (or when they cannot be read) is undefined. */
export interface UserDatabase {
  userName(uid: number): Promise<string | undefined>;
  groupId(name: string): Promise<number | undefined>;
}

/** Reads the two files on demand, and looks for changes of them no more often than every `recheckMs`. `folder` is /etc but for tests. */
export function createUserDatabase(folder = "/etc", recheckMs = 0): UserDatabase {
  // name:password:id:… in both files: passwd(5), group(5).
  const users = seldom(
    createColonFile(`${folder}/passwd`, (name, id) => [id, name] as const),
    recheckMs,
  );
  const groups = seldom(
    createColonFile(`${folder}/group`, (name, id) => [name, id] as const),
    recheckMs,
  );
  return {
    userName: async (uid) => (await users()).get(uid),
    groupId: async (name) => (await groups()).get(name),
  };
}

/** What `read` gave, for that long. */
function seldom<T>(read: () => Promise<T>, forMs: number): () => Promise<T> {
  let kept: Promise<T> | undefined;
  let readAt = 0;
  return () => {
    const now = performance.now();
    if (kept === undefined || now - readAt >= forMs) {
      kept = read();
      readAt = now;
    }
    return kept;
  };
}

/** The lines of a file as a map, kept while the file's stamp is the same. The first entry of a key wins, as in libc. */
function createColonFile<K, V>(path: string, toEntry: (name: string, id: number) => readonly [K, V]): () => Promise<ReadonlyMap<K, V>> {
  let stamp = "";
  let kept: ReadonlyMap<K, V> = new Map();
  return async () => {
    try {
      const { mtimeMs, size, ino } = await stat(path);
      const now = `${ino} ${size} ${mtimeMs}`;
      if (now !== stamp) {
        kept = parseColonLines(await readFile(path, "utf8"), toEntry);
        stamp = now;
      }
    } catch {
      // A system without the file has no names to show: ids are shown instead.
      kept = new Map();
      stamp = "";
    }
    return kept;
  };
}

function parseColonLines<K, V>(text: string, toEntry: (name: string, id: number) => readonly [K, V]): ReadonlyMap<K, V> {
  const entries = new Map<K, V>();
  for (const line of text.split("\n")) {
    const [name, , id] = line.split(":");
    if (name === undefined || name === "" || id === undefined || !/^\d+$/.test(id)) continue;
    const [key, value] = toEntry(name, Number(id));
    if (!entries.has(key)) entries.set(key, value);
  }
  return entries;
}
