const names = {
  card: "--card",
  soft: "--soft",
  grid: "--grid",
  succeeded: "--succeeded",
  succeededFill: "--succeeded-fill",
  failed: "--failed",
  failedFill: "--failed-fill",
  p50: "--p50",
  p99: "--p99",
  fault: "--fault",
  faultEdge: "--fault-edge",
  breakerClosed: "--breaker-closed",
  breakerOpen: "--breaker-open",
} as const;

export type Palette = Readonly<Record<keyof typeof names, string>>;

let current: Palette | undefined;
const hatches = new Map<string, CanvasPattern | string>();

/** The style sheet's colours, which a canvas cannot inherit. */
export function palette(): Palette {
  if (current === undefined) {
    const style = getComputedStyle(document.documentElement);
    const read = Object.entries(names).map(([key, property]) => [
      key,
      style.getPropertyValue(property).trim(),
    ]);
    current = Object.fromEntries(read) as Palette;
  }
  return current;
}

/** Diagonal stripes, so that an area is told from another without its colour, and in print. */
export function hatch(background: string, stripe: string): CanvasPattern | string {
  const ratio = uPlot.pxRatio;
  const key = `${background} ${stripe} ${ratio}`;
  const known = hatches.get(key);
  if (known !== undefined) return known;
  const made = makeHatch(background, stripe, Math.max(4, Math.round(6 * ratio)), 1.2 * ratio);
  hatches.set(key, made);
  return made;
}

function makeHatch(
  background: string,
  stripe: string,
  size: number,
  lineWidth: number,
): CanvasPattern | string {
  const tile = document.createElement("canvas");
  tile.width = size;
  tile.height = size;
  const context = tile.getContext("2d");
  if (context === null) return background;
  context.fillStyle = background;
  context.fillRect(0, 0, size, size);
  context.strokeStyle = stripe;
  context.lineWidth = lineWidth;
  context.beginPath();
  for (const shift of [-size, 0, size]) {
    context.moveTo(shift - 1, size + 1);
    context.lineTo(shift + size + 1, -1);
  }
  context.stroke();
  return context.createPattern(tile, "repeat") ?? background;
}

/** Calls `redraw` when the reader's theme changes, and with light colours for paper. */
export function watchTheme(redraw: () => void): void {
  const changed = () => {
    current = undefined;
    hatches.clear();
    redraw();
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  // The print style sheet is not in force yet when these events come, so the page says it itself.
  addEventListener("beforeprint", () => {
    document.documentElement.dataset.printing = "";
    changed();
  });
  addEventListener("afterprint", () => {
    delete document.documentElement.dataset.printing;
    changed();
  });
}
