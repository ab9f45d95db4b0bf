// Bundles both programs into dist/. Run by `npm run build`, and by the launchers when a checkout's sources are newer than dist/.
// Every file is put in place by rename, the entries last: programs that start or run meanwhile never see half a build.

import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root, STAMP } from "./launch.js";

const dist = path.join(root, "dist");

/** A chunk that no entry names any more may still be loaded by a program that has just started. */
const CHUNK_GRACE_MS = 3_600_000;

// CommonJS packages inside an ES module: those that call `require` or look beside themselves find what they expect.
const banner = `import { createRequire as modelManagerRequire } from "node:module";
import { fileURLToPath as modelManagerPath } from "node:url";
const require = modelManagerRequire(import.meta.url);
const __filename = modelManagerPath(import.meta.url);
const __dirname = modelManagerPath(new URL(".", import.meta.url));`;

const shared = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node24",
  sourcemap: true,
  // The maps are for stack traces; the sources lie beside them in a checkout.
  sourcesContent: false,
  legalComments: "none",
  logLevel: "warning",
  banner: { js: banner },
  outdir: "dist",
  write: false,
  metafile: true,
};

/** Exported for the test that looks for what is left out. */
export const daemon = {
  ...shared,
  // Where tests make the daemon fail (daemon/failpoint.ts): what is installed has none of it.
  dropLabels: ["FAILPOINT"],
  entryPoints: {
    "model-managerd": "daemon/main.ts",
    "reader-thread": "daemon/workers/reader-thread.ts",
    "desk-thread": "daemon/workers/desk-thread.ts",
    "registration-thread": "daemon/workers/registration-thread.ts",
    "observer-thread": "daemon/disk/observer-thread.ts",
    "checker-thread": "daemon/disk/checker-thread.ts",
    "writer-thread": "daemon/storage/writer-thread.ts",
  },
  // Native addons, and packages that read their own files.
  external: ["better-sqlite3", "koffi", "grpc-health-check", "@grpc/*"],
};

/** Ink loads its developer tools only when asked to, but names them where a bundler must resolve them. */
const noDevtools = {
  name: "no-devtools",
  setup(bundler) {
    bundler.onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: "empty", namespace: "empty" }));
    bundler.onLoad({ filter: /.*/, namespace: "empty" }, () => ({ contents: "export default {};" }));
  },
};

/**
 * The table of operations as plain values. The terminal program needs kinds, scopes and words of help, never the checking, and the schema library
 * would take a third of the time to its first frame.
 */
const tableWithoutSchemas = {
  name: "table-without-schemas",
  setup(bundler) {
    bundler.onLoad({ filter: /[\\/]shared[\\/]contract[\\/]operations\.ts$/ }, async ({ path: file }) => {
      const { OPERATIONS, SCOPES } = await import(pathToFileURL(file).href);
      const table = Object.entries(OPERATIONS).map(([name, { kind, scope, summary, input }]) => {
        const fields = Object.entries(input.shape).map(([field, { description }]) => [field, { description }]);
        return [name, { kind, scope, summary, input: { shape: Object.fromEntries(fields) } }];
      });
      const contents = [
        `export const SCOPES = ${JSON.stringify(SCOPES)};`,
        `export const OPERATIONS = ${JSON.stringify(Object.fromEntries(table))};`,
        "export const isOperationName = (text) => Object.hasOwn(OPERATIONS, text);",
      ];
      return { contents: contents.join("\n"), loader: "js" };
    });
  },
};

/**
 * Ink's layout engine holds its code as text and fetches it as an address. Without `fetch` it decodes the text itself, and the whole HTTP client
 * that Node has behind `fetch` is not loaded before the first frame.
 */
const layoutWithoutFetch = {
  name: "layout-without-fetch",
  setup(bundler) {
    bundler.onLoad({ filter: /[\\/]yoga-wasm-base64-esm\.js$/ }, ({ path: file }) => ({
      contents: `const fetch = undefined;\n${readFileSync(file, "utf8")}`,
      loader: "js",
    }));
  },
};

/**
 * Ink measures every text with a package that cuts it into what Unicode calls graphemes, at a third of the time of a frame full of bars and dots.
 * The texts are ours, made to fit by our own widths: Ink gets the same.
 */
const widthsOfOurs = {
  name: "widths-of-ours",
  setup(bundler) {
    bundler.onResolve({ filter: /^string-width$/ }, () => ({ path: "string-width", namespace: "ours" }));
    bundler.onLoad({ filter: /.*/, namespace: "ours" }, () => ({
      contents: 'export { paintedWidth as default } from "./tui/format/cell-width.ts";',
      resolveDir: root,
    }));
  },
};

const terminal = {
  ...shared,
  entryPoints: { "model-manager": "tui/main.ts", start: "tui/start.ts" },
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  minify: true,
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"', "process.env.DEV": '"false"' },
  plugins: [noDevtools, tableWithoutSchemas, layoutWithoutFetch, widthsOfOurs],
};

function isEntry(file) {
  return path.dirname(file) === dist;
}

function put(file, contents) {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, contents);
  renameSync(temporary, file);
}

function removeOldChunks(kept, now) {
  const folder = path.join(dist, "chunks");
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    if (!kept.has(file) && now - statSync(file).mtimeMs > CHUNK_GRACE_MS) rmSync(file, { force: true });
  }
}

/** What was compiled is of the last build. Files of another user may stay: they are never read for other contents. */
function removeCompileCache() {
  try {
    rmSync(path.join(dist, "compile-cache"), { recursive: true, force: true });
  } catch (error) {
    if (error.code !== "EACCES" && error.code !== "EPERM" && error.code !== "ENOTEMPTY") throw error;
  }
}

/**
 * Builds everything. Rejects with esbuild's error (already printed) when a source does not compile; dist/ is then as it was.
 * Returns esbuild's account of what went into each file, by bundle.
 */
export async function build() {
  const esbuild = await import("esbuild");
  // The time before the first source is read: what changes meanwhile is newer than this build.
  const begun = new Date();
  const results = await Promise.all([daemon, terminal].map((options) => esbuild.build(options)));
  const files = results.flatMap(({ outputFiles }) => outputFiles).toSorted((a, b) => Number(isEntry(a.path)) - Number(isEntry(b.path)));
  mkdirSync(path.join(dist, "chunks"), { recursive: true });
  for (const { path: file, contents } of files) put(file, contents);
  const stamp = path.join(dist, STAMP);
  put(stamp, `${begun.toISOString()}\n`);
  utimesSync(stamp, begun, begun);
  removeOldChunks(new Set(files.map((file) => file.path)), begun.getTime());
  removeCompileCache();
  return results.map(({ metafile }) => metafile);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await build();
  } catch (error) {
    // Compile errors are on stderr already, one by one.
    if (!Array.isArray(error?.errors)) console.error(`cannot write ${dist}: ${error?.message ?? error}`);
    process.exitCode = 1;
  }
}
