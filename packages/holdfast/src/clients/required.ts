import { HoldfastError } from "../core/index.ts";
import { packageOf } from "./version.ts";

/** What the guard needs of a client: methods, and members that are objects. */
export interface RequiredMembers {
  readonly methods: readonly string[];
  readonly objects: readonly string[];
}

/**
 * Looks before anything is touched, so that a client is hooked whole or not at all.
 *
 * @param supported - In words, for the message.
 * @throws HoldfastError `HOLDFAST_CLIENT` naming the version and what is missing.
 */
export function requireMembers(
  client: object,
  { methods, objects }: RequiredMembers,
  supported: string,
): void {
  const missing = [
    ...methods.filter((name) => typeof Reflect.get(client, name) !== "function"),
    ...objects.filter((name) => !isObject(Reflect.get(client, name))),
  ];
  if (missing.length === 0) return;
  const version = packageOf(client) ?? "this client (its version cannot be told)";
  throw new HoldfastError(
    "HOLDFAST_CLIENT",
    `protect: ${version} lacks ${missing.join(", ")}; ${supported} are supported`,
  );
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}
