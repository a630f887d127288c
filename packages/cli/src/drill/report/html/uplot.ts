import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** The plot library as its package ships it, to stand inside a `<script>` element. */
export function uplotScript(): string {
  return readFileSync(require.resolve("uplot/dist/uPlot.iife.min.js"), "utf8").trim();
}

export function uplotStyle(): string {
  return readFileSync(require.resolve("uplot/dist/uPlot.min.css"), "utf8").trim();
}
