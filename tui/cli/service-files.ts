// The files of the service: where they go, and their texts for this installation.

import { createHash } from "node:crypto";
import path from "node:path";

/** The unit's name, in the system's systemd as in a user's. */
export const UNIT = "model-managerd.service";
/** The optional unit that keeps the gRPC port open during a restart. */
export const SOCKET_UNIT = "model-managerd.socket";
/** The user that the system unit runs as. */
export const SERVICE_USER = "model-manager";

/** Where an installation puts things; all paths are absolute, `root` (a staging directory) included. */
export interface ServicePlaces {
  readonly isUser: boolean;
  /** What was put before every path; empty = the real system. */
  readonly root: string;
  readonly unit: string;
  readonly socketUnit: string;
  readonly envFile: string;
}

/** What the places depend on. */
export interface ServiceSurroundings {
  readonly isUser: boolean;
  readonly root: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Follows systemd.unit(5): the administrator's folder, or the user's own. */
export function servicePlaces({ isUser, root, home, env }: ServiceSurroundings): ServicePlaces {
  const given = env["XDG_CONFIG_HOME"] ?? "";
  const config = given.startsWith("/") ? given : path.join(home, ".config");
  const units = path.join(root, isUser ? path.join(config, "systemd/user") : "/etc/systemd/system");
  const envFolder = path.join(root, isUser ? path.join(config, "model-manager") : "/etc/model-manager");
  return {
    isUser,
    root,
    unit: path.join(units, UNIT),
    socketUnit: path.join(units, SOCKET_UNIT),
    envFile: path.join(envFolder, "model-manager.env"),
  };
}

/** The shipped unit with the program of this installation in it. */
export function unitFor(shipped: string, program: { readonly node: string; readonly bundle: string }): string {
  const start = `ExecStart=${unitWord(program.node)} --enable-source-maps ${unitWord(program.bundle)}`;
  return shipped.replace(/^ExecStart=.*$/m, () => start);
}

/** A word of a command line in a unit: specifiers and quotes mean themselves (systemd.service(5)). */
function unitWord(word: string): string {
  const text = word.replaceAll("%", "%%").replaceAll("$", "$$$$");
  return /[\s"'\\;]/.test(text) ? `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"` : text;
}

/** The shipped socket unit, listening where the settings say. */
export function socketUnitFor(shipped: string, envText: string): string {
  const setting = (name: string, otherwise: string): string =>
    new RegExp(`^\\s*${name}=["']?([^"'\\s]+)["']?\\s*$`, "m").exec(envText)?.[1] ?? otherwise;
  const host = setting("MODEL_MANAGER_GRPC_HOST", "127.0.0.1");
  const port = setting("MODEL_MANAGER_GRPC_PORT", "50061");
  const address = `${host.includes(":") ? `[${host}]` : host === "localhost" ? "127.0.0.1" : host}:${port}`;
  return shipped.replace(/^ListenStream=.*$/m, () => `ListenStream=${address}`);
}

const MARK = /# Written by `model-manager service install`, sha256 ([0-9a-f]{64})\.\n$/;

/** The text with a last line by which `ownership` knows it again. */
export function marked(text: string): string {
  return `${text}# Written by \`model-manager service install\`, sha256 ${digest(text)}.\n`;
}

/** Whose a file is: written by us and untouched, written by us and changed since, or somebody else's. */
export function ownership(text: string): "ours" | "changed" | "foreign" {
  const match = MARK.exec(text);
  if (match === null) return "foreign";
  return digest(text.slice(0, match.index)) === match[1] ? "ours" : "changed";
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
