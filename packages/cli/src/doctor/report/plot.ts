import { html, type Markup } from "../../drill/report/html/markup.ts";

/** One line or row of bars of a plot. */
export interface Series {
  readonly name: string;
  /** `[x, y]`, in order of x; what is null is left out. */
  readonly points: readonly (readonly [number, number | null])[];
}

export interface Plot {
  readonly title: string;
  readonly series: readonly Series[];
  readonly kind: "bars" | "lines";
  /** What a number on the y axis means. */
  readonly unit: string;
  /** How long one bar is. */
  readonly step?: number;
  readonly x: (value: number) => string;
}

const width = 760;
const height = 190;
const margin = { left: 56, right: 8, top: 8, bottom: 22 };
const coloursMax = 6;

/** A plot as SVG: it needs no script and can be printed. */
export function plotFigure(plot: Plot): Markup | undefined {
  const series = plot.series.slice(0, coloursMax);
  const points = series.flatMap((each) => each.points).filter(([, y]) => y !== null);
  if (points.length === 0) return undefined;
  const from = Math.min(...points.map(([x]) => x));
  const to = Math.max(...points.map(([x]) => x)) + (plot.step ?? 0);
  const most = Math.max(...points.map(([, y]) => y ?? 0), 1e-9);
  const across = (x: number): number =>
    margin.left + ((x - from) / Math.max(1e-9, to - from)) * (width - margin.left - margin.right);
  const up = (y: number): number =>
    height - margin.bottom - (y / most) * (height - margin.top - margin.bottom);
  const ticks = [0, 0.5, 1].map((share) => share * most);
  return html`<figure>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${plot.title}">
${ticks.map(
  (tick) =>
    html`<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${up(tick)}" y2="${up(tick)}"/><text x="${margin.left - 6}" y="${up(tick) + 4}" text-anchor="end">${short(tick)}</text>`,
)}
<text x="${margin.left}" y="${height - 6}">${plot.x(from)}</text>
<text x="${width - margin.right}" y="${height - 6}" text-anchor="end">${plot.x(to)}</text>
${series.map((each, index) => (plot.kind === "bars" ? bars(each, index) : line(each, index)))}
</svg>
<p class="key">${series.map(({ name }, index) => html`<span><i class="s${index}"></i>${name}</span>`)}</p>
<figcaption>${plot.title}, in ${plot.unit}</figcaption>
</figure>`;

  function bars({ points: all }: Series, index: number): Markup[] {
    const wide = Math.max(1.5, across(from + (plot.step ?? 0)) - across(from)) / series.length;
    return all.flatMap(([x, y]) =>
      y === null || y === 0
        ? []
        : [
            html`<rect class="s${index}" x="${fixed(across(x) + index * wide)}" y="${fixed(up(y))}" width="${fixed(wide)}" height="${fixed(height - margin.bottom - up(y))}"/>`,
          ],
    );
  }

  function line({ points: all }: Series, index: number): Markup {
    const drawn = all.filter((point): point is readonly [number, number] => point[1] !== null);
    const path = drawn.map(([x, y]) => `${fixed(across(x))},${fixed(up(y))}`).join(" ");
    return html`<polyline class="line s${index}" points="${path}"/>`;
  }
}

function fixed(value: number): string {
  return value.toFixed(1);
}

function short(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (value >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
  return String(Number(value.toPrecision(3)));
}
