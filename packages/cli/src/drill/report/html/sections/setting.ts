import type { DrillResult } from "../../../result.ts";
import { count, duration, moment } from "../format.ts";
import { html, type Markup } from "../markup.ts";

/** What it takes to believe the numbers and to get them again. */
export function setting(result: DrillResult): Markup {
  return html`<section class="setting" aria-labelledby="setting-title">
<h2 id="setting-title">How it was run</h2>
<dl>${facts(result).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${result.variants.some((variant) => variant.description !== null) ? variants(result) : null}
<h3>Run it again</h3>
<pre><code>${result.replay}</code></pre>
<p>The same seed gives the same requests, for the same keys, at the same times.</p>
<h3>How to read it</h3>
<p>Requests start on a schedule, whether or not earlier ones have been answered, and latency counts from the moment a request should have started. A load that waits for answers would send less during an outage and hide it. A request that fails counts in p50 and p99 at its deadline. All variants get the same schedule at the same time, each with its own process, Redis and proxy. Latency has a logarithmic axis; all plots share their axes. A point of a long plot stands for several moments: its rates are exact, its p99 is the highest of them.</p>
</section>`;
}

function facts(result: DrillResult): readonly (readonly [string, string])[] {
  const { environment } = result;
  const { proxyOverhead } = environment;
  return [
    ["Started", moment(environment.startedAt)],
    ["Duration", duration(environment.durationMs)],
    ["Mode", environment.quick ? "quick: short windows, coarse numbers" : "full"],
    ["Load", `${count(environment.rate)} requests/s to each variant`],
    ["Redis client", result.client],
    ["Redis", environment.redis],
    ["Node.js", environment.node],
    ["Platform", `${environment.platform}, ${count(environment.cpus)} CPUs`],
    [
      "Added by the drill’s proxy",
      proxyOverhead === null
        ? "not measured"
        : `p50 ${duration(proxyOverhead.p50Ms)}, p99 ${duration(proxyOverhead.p99Ms)}`,
    ],
    ["Seed", String(result.seed)],
  ];
}

function variants(result: DrillResult): Markup {
  return html`<h3>The variants</h3>
<dl class="variants">${result.variants.map(
    (variant) =>
      html`<div><dt>${variant.name}</dt><dd>${variant.description ?? "no description"}</dd></div>`,
  )}</dl>`;
}
