import type { Variant } from "../settings.ts";
import { bare } from "./bare.ts";
import { classic } from "./classic.ts";
import { held } from "./held.ts";

/** Every variant of the shop by the name that `drill.json` calls it. */
export const variants: Readonly<Record<string, Variant>> = {
  bare,
  classic: classic({ halfOpenAfterMs: 60_000 }),
  "classic-5s": classic({ halfOpenAfterMs: 5_000 }),
  held: held({ memory: true }),
  "held-without-l1": held({ memory: false }),
};
