// Names for completion, asked of the daemon: few of them, and soon or not at all.

import type { DaemonClient } from "../client/daemon-client.ts";

/** Names that begin with a prefix. Rejects when the daemon cannot be asked. */
export interface NameSource {
  sources(prefix: string): Promise<readonly string[]>;
  groups(source: string, prefix: string): Promise<readonly string[]>;
  symbols(source: string, prefix: string): Promise<readonly string[]>;
  versions(line: string, prefix: string): Promise<readonly string[]>;
  /** Names of the lines of a namespace, without it. */
  lines(namespace: string, prefix: string): Promise<readonly string[]>;
  /** Metrics that the newest versions of a line have. */
  metrics(line: string, prefix: string): Promise<readonly string[]>;
  datasets(prefix: string): Promise<readonly string[]>;
}

/** Nobody reads more than this. */
const MOST = 500;
/** Versions whose metrics are looked at: those of a line hardly differ. */
const NEWEST = 20;

/** The catalog of a connected daemon. */
export function namesFrom(connect: () => Promise<DaemonClient>): NameSource {
  const groupsOf = async (source: string, prefix: string) => {
    const client = await connect();
    const after = justBefore(prefix);
    const { items } = await client.call("group.list", { source, limit: MOST, ...(after === undefined ? {} : { after }) });
    return items;
  };
  const beginning = (names: readonly string[], prefix: string): readonly string[] => names.filter((name) => name.startsWith(prefix));
  return {
    async sources(prefix) {
      const { items } = await (await connect()).call("source.list", {});
      return beginning(
        items.map(({ name }) => name),
        prefix,
      );
    },
    async groups(source, prefix) {
      const groups = await groupsOf(source, prefix);
      return beginning(
        groups.map(({ group_key }) => group_key),
        prefix,
      );
    },
    async symbols(source, prefix) {
      const groups = await groupsOf(source, prefix);
      const symbols = groups.map(({ symbol }) => symbol).filter((symbol) => symbol !== "");
      return beginning([...new Set(symbols)], prefix);
    },
    async versions(line, prefix) {
      const { items } = await (await connect()).call("line.versions", { line, limit: MOST });
      return beginning(
        items.map(({ version }) => version),
        prefix,
      );
    },
    async lines(namespace, prefix) {
      const { items } = await (await connect()).call("line.list", { namespace, text: prefix, limit: MOST });
      return beginning(
        items.map(({ name }) => name),
        prefix,
      );
    },
    async metrics(line, prefix) {
      const { items } = await (await connect()).call("line.versions", { line, limit: NEWEST });
      return beginning([...new Set(items.flatMap(({ metrics }) => Object.keys(metrics)))].toSorted(), prefix);
    },
    async datasets(prefix) {
      const { items } = await (await connect()).call("dataset.list", {});
      return beginning(
        items.map(({ name }) => name),
        prefix,
      );
    },
  };
}

/** A key that sorts before everything that begins with the prefix and after nearly all else: pages begin after a key, the prefix itself included. */
function justBefore(prefix: string): string | undefined {
  const last = prefix.codePointAt(prefix.length - 1);
  if (last === undefined || last <= 1 || last > 0xffff) return prefix === "" ? undefined : prefix;
  return `${prefix.slice(0, -1)}${String.fromCodePoint(last - 1)}\u{10ffff}`;
}
