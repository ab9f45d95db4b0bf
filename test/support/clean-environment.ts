// Removes from the environment what would make tests depend on where they run; called once, before any worker starts.

const prefixes = ["MODEL_MANAGER_", "MODEL_SERVICE_", "MODEL_TECH_", "MODEL_REGISTRY_"];

/** CI changes what Ink draws, the colour variables what everybody draws, the others where a daemon puts its files. */
const names = [
  "CI",
  "CONTINUOUS_INTEGRATION",
  "FORCE_COLOR",
  "NO_COLOR",
  "COLORTERM",
  "NOTIFY_SOCKET",
  "STATE_DIRECTORY",
  "RUNTIME_DIRECTORY",
  "XDG_STATE_HOME",
  "XDG_RUNTIME_DIR",
  "NODE_OPTIONS",
];

/** Variables of the tests themselves. */
const kept = "MODEL_MANAGER_TEST_";

/** Changes `environment` in place. */
export function cleanEnvironment(environment: NodeJS.ProcessEnv): void {
  for (const name of Object.keys(environment)) {
    if (name.startsWith(kept)) continue;
    if (names.includes(name) || prefixes.some((prefix) => name.startsWith(prefix))) delete environment[name];
  }
}
