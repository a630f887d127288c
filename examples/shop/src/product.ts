export interface Product {
  readonly id: string;
  readonly name: string;
  readonly priceCents: number;
  readonly description: string;
}

export type FindProduct = (id: string, signal?: AbortSignal) => Promise<Product | undefined>;

const materials = ["Kelp", "Granite", "Oak", "Brass", "Linen", "Slate", "Copper", "Wool"] as const;
const things = ["lantern", "anchor", "compass", "kettle", "barometer", "hammock", "chart"] as const;

/** The catalogue that every primary is filled with: the same products on every machine. */
export function generateProducts(count: number): Product[] {
  return Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    const name = `${materials[index % materials.length]} ${things[index % things.length]} ${number}`;
    return {
      id: String(number),
      name,
      priceCents: 500 + ((number * 7919) % 9500),
      description: `${name}, built to outlast the storm. `.repeat(4).trim(),
    };
  });
}
