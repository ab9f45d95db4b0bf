// Who may do what over the Unix socket: the kernel's word on the peer becomes a principal with scopes.

import { SCOPES } from "../../../shared/contract/operations.ts";
import type { Principal } from "../../app/ports.ts";
import type { PeerCredentials } from "./peer-credentials.ts";
import type { UserDatabase } from "./user-database.ts";

/** What the decision depends on. */
export interface PeerRules {
  /** The daemon's own user. */
  readonly ownUid: number;
  /** Name or number of the group whose members are admins. */
  readonly adminGroup: string | undefined;
  readonly users: UserDatabase;
}

const allScopes: ReadonlySet<string> = new Set(SCOPES);
const readScopes: ReadonlySet<string> = new Set(["model:read"]);

/** Admins have all scopes: root, the daemon's own user, members of the admin group. Everybody else, and whoever is unknown, reads. */
export async function principalOf(peer: PeerCredentials | undefined, rules: PeerRules): Promise<Principal> {
  if (peer === undefined) return { name: "socket:unknown", door: "socket", scopes: readScopes };
  const admin = peer.uid === 0 || peer.uid === rules.ownUid || (await isMember(peer, rules));
  const user = await rules.users.userName(peer.uid);
  // The name goes into histories and onto terminals: only plain ones are shown.
  const plain = user !== undefined && /^[\w.@$-]{1,64}$/.test(user);
  const name = plain ? `socket:${user}(${peer.uid})` : `socket:uid ${peer.uid}`;
  return { name, door: "socket", scopes: admin ? allScopes : readScopes, pid: peer.pid };
}

async function isMember(peer: PeerCredentials, rules: PeerRules): Promise<boolean> {
  if (rules.adminGroup === undefined) return false;
  const group = /^\d+$/.test(rules.adminGroup) ? Number(rules.adminGroup) : await rules.users.groupId(rules.adminGroup);
  return group !== undefined && peer.groups.has(group);
}

/** True for a principal that may do everything. */
export function isAdmin(principal: Principal): boolean {
  return principal.scopes.has("model:admin");
}
