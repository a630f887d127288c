/**
 * Turns a property into one that tells what it is set to; what it holds already included. It stays one:
 * nothing is seen of it from outside.
 */
export function onAssigned<Value>(
  target: object,
  name: string,
  assigned: (value: Value | undefined, before: Value | undefined) => void,
): void {
  let value = Reflect.get(target, name) as Value | undefined;
  Object.defineProperty(target, name, {
    configurable: true,
    enumerable: true,
    get: () => value,
    set: (next: Value | undefined) => {
      const before = value;
      value = next;
      if (next !== before) assigned(next, before);
    },
  });
  if (value !== undefined) assigned(value, undefined);
}
