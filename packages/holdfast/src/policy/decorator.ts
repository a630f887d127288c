import { HoldfastError } from "../core/index.ts";

/** Decorates a method that returns a promise. */
export type MethodDecorator<Fallback> = <This, Args extends unknown[], T>(
  method: (this: This, ...args: Args) => Promise<T>,
  context: ClassMethodDecoratorContext<This, (this: This, ...args: Args) => Promise<T>>,
) => (this: This, ...args: Args) => Promise<T | Fallback>;

type Wrap<Fallback> = <This, Args extends unknown[], T>(
  fn: (this: This, ...args: Args) => T | PromiseLike<T>,
) => (this: This, ...args: Args) => Promise<T | Fallback>;

/** @throws HoldfastError `HOLDFAST_OPTIONS`, when it decorates anything but a method. */
export function asMethodDecorator<Fallback>(wrap: Wrap<Fallback>): MethodDecorator<Fallback> {
  return (method, context) => {
    const target: unknown = context;
    if (typeof target !== "object" || target === null || !("kind" in target)) {
      throw misuse(
        "the compiler used legacy decorators; turn experimentalDecorators off, or use wrap()",
      );
    }
    if (target.kind !== "method") {
      throw misuse(`it decorates a ${String(target.kind)}, expected a method`);
    }
    return wrap(method);
  };
}

function misuse(what: string): HoldfastError {
  return new HoldfastError("HOLDFAST_OPTIONS", `method(): ${what}`);
}
