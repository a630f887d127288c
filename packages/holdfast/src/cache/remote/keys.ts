/** The names of everything that one cache has in Redis. */
export interface RedisKeys {
  readonly value: (id: string) => string;
  readonly lease: (id: string) => string;
  readonly mark: (name: string) => string;
  /** What the names of values and marks begin with: what key-tracking is told to watch. */
  readonly watched: readonly string[];
}

/**
 * Values and leases of a key share a Redis Cluster slot, because a script takes both. The `#` keeps
 * the hash tag from being empty when a key begins with `}`.
 *
 * Leases are no part of what is watched: taking one must not make other processes drop a value.
 */
export function redisKeys(namespace: string): RedisKeys {
  const values = `${namespace}:v:`;
  const marks = `${namespace}:m:`;
  return {
    value: (id) => `${values}{#${id}}`,
    lease: (id) => `${namespace}:l:{#${id}}`,
    mark: (name) => marks + name,
    watched: [values, marks],
  };
}

/** The id of a watched value's key, or `undefined` when the key is no value's. */
export function idOfValueKey(namespace: string, key: string): string | undefined {
  const start = `${namespace}:v:{#`;
  return key.startsWith(start) && key.endsWith("}") ? key.slice(start.length, -1) : undefined;
}

/** The name of a watched mark's key, or `undefined` when the key is no mark's. */
export function nameOfMarkKey(namespace: string, key: string): string | undefined {
  const start = `${namespace}:m:`;
  return key.startsWith(start) ? key.slice(start.length) : undefined;
}
