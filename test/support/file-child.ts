// A package folder for commands that run `model-managerd file …`: with the real verbs, or with a child that says what a test wants.

import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL, fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../", import.meta.url));

async function withProgram(folder: string, script: string): Promise<string> {
  const file = path.join(folder, "package/daemon/bin/model-managerd.js");
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(path.join(folder, "package/package.json"), `{"type": "module"}`);
  await writeFile(file, script);
  return path.join(folder, "package");
}

/** The package's folder. The child runs this JavaScript, which finds what follows `file` in `args`. */
export function writeFakeFileChild(folder: string, script: string): Promise<string> {
  return withProgram(folder, `const args = process.argv.slice(3);\n${script}\n`);
}

/** The package's folder, with the verbs of these sources: a bundle may be older. */
export function writeRealFileChild(folder: string): Promise<string> {
  const verbs = pathToFileURL(path.join(repository, "daemon/file-verbs.ts")).href;
  return withProgram(
    folder,
    `import { runFileVerb } from ${JSON.stringify(verbs)};\nprocess.exitCode = await runFileVerb(process.argv.slice(3));\n`,
  );
}
