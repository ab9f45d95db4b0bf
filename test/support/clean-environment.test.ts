// Tests see the same environment wherever they run.

import { expect, it } from "vitest";
import { cleanEnvironment } from "./clean-environment.ts";

it("what a machine sets for itself does not reach the tests", () => {
  const environment = { PATH: "/bin", CI: "true", MODEL_MANAGER_HTTP_PORT: "1", MODEL_MANAGER_TEST_PYTHON: "python3", NO_COLOR: "1" };
  cleanEnvironment(environment);
  expect(environment).toEqual({ PATH: "/bin", MODEL_MANAGER_TEST_PYTHON: "python3" });
});

it("this very run is clean", () => {
  expect(process.env["CI"]).toBeUndefined();
  expect(Number(process.versions.node.split(".")[0])).toBeGreaterThanOrEqual(24);
});
