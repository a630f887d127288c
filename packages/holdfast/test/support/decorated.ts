import type { Policy } from "../../src/index.ts";

export interface Prices {
  of(product: string): Promise<string>;
}

/** A class as an application decorates it. Its test compiles it: the test runner cannot. */
export function decorate(policy: Policy, lookUp: () => void): Prices {
  class DecoratedPrices {
    readonly currency = "EUR";

    @policy.method()
    async of(product: string): Promise<string> {
      lookUp();
      return `${product} in ${this.currency}`;
    }
  }
  return new DecoratedPrices();
}
