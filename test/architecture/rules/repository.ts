// Rules on the repository as a whole: what it may name, how big it may be, what every folder and variable must have.

import { codeFiles, type Rule, type SourceTree } from "../source-tree.ts";

const bytesPerMegabyte = 1_000_000;
const maxFixtureMegabytes = 25;

/** Larger files are binary or generated; nobody writes a machine's path into them by hand. */
const maxTextBytes = 2 * bytesPerMegabyte;

/** Written so that this file does not break its own rule. */
const machineWords: readonly RegExp[] = [
  /(?:^|[\s"'`(=:])\/(?:work|root|farm)\//,
  /\b(?:npmjs|pythonhosted|pypi)\.(?:org|com)\b/,
  /\bregistry\.[a-z]+(?:\.[a-z]+)*\//,
];

/** Nothing depends on the machine it was written on. */
export const noMachinePaths: Rule = {
  name: "no file names a machine's paths or a package registry's host",
  check: (tree) =>
    tree.files
      .filter((file) => tree.sizeBytes(file) <= maxTextBytes && isText(tree.text(file)))
      .flatMap((file) =>
        tree
          .text(file)
          .split("\n")
          .flatMap((text, index) =>
            machineWords.flatMap((word) => {
              const found = word.exec(text)?.[0];
              return found === undefined ? [] : [{ file, line: index + 1, message: `names ${found.trim()}` }];
            }),
          ),
      ),
};

function isText(text: string): boolean {
  return !text.slice(0, 8000).includes("\0");
}

/** `npm ci` works with whatever registry a machine is set to. */
export const lockfileNamesNoHost: Rule = {
  name: "the lockfile names no host and has the integrity of every package",
  check: (tree) => {
    const file = "package-lock.json";
    if (!tree.files.includes(file)) return [{ file, message: "is missing" }];
    const text = tree.text(file);
    const hosts = /"resolved": "(?:git\+)?(?:https?|ssh):\/\/[^"/]+/.exec(text)?.[0];
    const unsealed = packagesWithoutIntegrity(text);
    return [
      ...(hosts === undefined ? [] : [{ file, message: `holds ${hosts}` }]),
      ...unsealed.map((name) => ({ file, message: `${name} has no integrity` })),
    ];
  },
};

function packagesWithoutIntegrity(text: string): readonly string[] {
  const lock: unknown = JSON.parse(text);
  const packages = typeof lock === "object" && lock !== null && "packages" in lock ? lock.packages : {};
  return Object.entries(packages ?? {}).flatMap(([name, entry]: [string, unknown]) => {
    const isOurs = name === "";
    const isSealed = typeof entry === "object" && entry !== null && ("integrity" in entry || "inBundle" in entry || "link" in entry);
    return isOurs || isSealed ? [] : [name];
  });
}

/** A clone stays quick. */
export const fixturesStaySmall: Rule = {
  name: `fixtures stay under ${maxFixtureMegabytes} MB`,
  check: (tree) => {
    const bytes = tree.files.filter((file) => file.startsWith("test/fixtures/")).reduce((sum, file) => sum + tree.sizeBytes(file), 0);
    const megabytes = bytes / bytesPerMegabyte;
    return megabytes < maxFixtureMegabytes ? [] : [{ file: "test/fixtures", message: `holds ${megabytes.toFixed(1)} MB` }];
  },
};

const topLevel: ReadonlySet<string> = new Set([
  "README.md",
  "daemon",
  "package-lock.json",
  "package.json",
  "proto",
  "shared",
  "systemd",
  "test",
  "tui",
]);

/** The top level is fixed. */
export const topLevelIsFixed: Rule = {
  name: "the top level holds only what the design names",
  check: (tree) =>
    [...new Set(tree.files.map((file) => file.split("/")[0] ?? ""))]
      .filter((name) => !name.startsWith(".") && !/^tsconfig.*\.json$/.test(name) && !topLevel.has(name))
      .map((file) => ({ file, message: "does not belong at the top level" })),
};

/** daemon/ and tui/ share no code, so the launcher stands in both: a fault mended in one is mended in the other. */
export const launchersAreTheSame: Rule = {
  name: "the launchers of both programs are the same file",
  check: (tree) => {
    const [daemon, tui] = ["daemon/bin/launch.js", "tui/bin/launch.js"] as const;
    const texts = [daemon, tui].map((file) => (tree.files.includes(file) ? tree.text(file) : ""));
    return texts[0] === texts[1] ? [] : [{ file: tui, message: `differs from ${daemon}` }];
  },
};

/** Rooms: the top folders and the folders in them; the transports are one deeper. */
function roomsOf(tree: SourceTree): readonly string[] {
  const folders = tree.files.flatMap((file) => {
    const parts = file.split("/").slice(0, -1);
    const depth = parts[0] === "daemon" && parts[1] === "transport" ? 3 : 2;
    return /^(?:daemon|proto|shared|systemd|test|tui)$/.test(parts[0] ?? "")
      ? Array.from({ length: Math.min(depth, parts.length) }, (_, index) => parts.slice(0, index + 1).join("/"))
      : [];
  });
  // proto/ holds one file in folders named after its package; one README does.
  return [...new Set(folders)].filter((folder) => !folder.startsWith("proto/")).sort();
}

/** A stranger finds the way. */
export const everyRoomHasAReadme: Rule = {
  name: "every room has a README",
  check: (tree) =>
    roomsOf(tree)
      .filter((room) => !tree.files.includes(`${room}/README.md`))
      .map((file) => ({ file, message: "has no README.md" })),
};

/** Variables that a reader of the configuration may set, wherever the code spells them out. */
const variablePattern = /\bMODEL_(?:MANAGER|SERVICE|TECH|REGISTRY)_[A-Z][A-Z_]*[A-Z]\b/g;

/** An operator finds every variable in the product page and in the unit's example file. */
export const variablesAreDocumented: Rule = {
  name: "every variable of the configuration is in README.md and in the unit's example file",
  check: (tree) => {
    const example = tree.files.find((file) => /^systemd\/.*\.env\.example$/.test(file));
    const pages = ["README.md", ...(example === undefined ? [] : [example])].filter((page) => tree.files.includes(page));
    if (example === undefined) return [{ file: "systemd", message: "has no *.env.example" }];
    if (pages.length < 2) return [{ file: "README.md", message: "is missing" }];
    return variablesOf(tree).flatMap(({ name, file }) =>
      pages
        .filter((page) => !new RegExp(`\\b${name}\\b`).test(tree.text(page)))
        .map((page) => ({ file: page, message: `does not name ${name} (${file})` })),
    );
  },
};

function variablesOf(tree: SourceTree): readonly { readonly name: string; readonly file: string }[] {
  const found = new Map<string, string>();
  for (const file of codeFiles(tree).filter((path) => path.startsWith("daemon/config/"))) {
    for (const [name] of tree.text(file).matchAll(variablePattern)) found.set(name, file);
  }
  return [...found].map(([name, file]) => ({ name, file })).sort((a, b) => a.name.localeCompare(b.name));
}
