// A throw-away daemon for trying things out: the models of the checkout's fixtures, a state directory that goes away, ports that are free.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** The demo models; undefined where the package comes without them. */
export function demoModels(packageRoot: string): string | undefined {
  const folder = path.join(packageRoot, "test/fixtures/artifacts/alpha");
  return existsSync(folder) ? folder : undefined;
}

/** The variables that send a daemon to a place of its own. Disposing it removes that place. */
export interface DemoPlace extends Disposable {
  readonly env: Readonly<Record<string, string>>;
}

/** Makes the throw-away directory, readable for this user only. */
export function openDemoPlace(): DemoPlace {
  const folder = mkdtempSync(path.join(tmpdir(), "model-manager-demo-"));
  return {
    env: {
      MODEL_MANAGER_STATE_DIR: path.join(folder, "state"),
      // The catalog goes into it, too, whatever this terminal's variables say.
      MODEL_MANAGER_DATABASE_URL: "",
      MODEL_MANAGER_SOCKET: path.join(folder, "daemon.sock"),
      // An ordinary daemon may hold the usual ports.
      MODEL_MANAGER_GRPC_PORT: "0",
      MODEL_MANAGER_HTTP_PORT: "0",
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }),
  };
}
