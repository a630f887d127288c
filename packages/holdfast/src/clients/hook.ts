/**
 * Puts a member in front of the one that the class has, invisible to those who list members.
 *
 * @returns What undoes it.
 */
export function hook(target: object, name: string, member: unknown): () => void {
  return define(target, name, { value: member, configurable: true, writable: true });
}

/** As {@link hook}, for a property that is computed. */
export function hookGetter(target: object, name: string, get: () => unknown): () => void {
  return define(target, name, { get, configurable: true });
}

function define(target: object, name: string, descriptor: PropertyDescriptor): () => void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  Object.defineProperty(target, name, descriptor);
  return () => {
    if (before === undefined) Reflect.deleteProperty(target, name);
    else Object.defineProperty(target, name, before);
  };
}
