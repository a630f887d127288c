import { createHash } from "node:crypto";
import { html, type Markup, trusted } from "../../drill/report/html/markup.ts";
import type { Diagnosis } from "../diagnosis.ts";
import type { Severity } from "../source.ts";
import type { VerdictEvidence } from "../verdict/index.ts";
import { pageStyle } from "./html-style.ts";
import { lookedAt } from "./looked-at.ts";
import { plotsOf } from "./plots.ts";

/**
 * The diagnosis as one page that needs nothing else: no network, no script. What a log or a server
 * smuggled into it is text, and the page's policy allows its own style sheet and nothing besides.
 */
export function renderHtml(diagnosis: Diagnosis): string {
  const { verdict, examined } = diagnosis;
  const policy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(pageStyle).digest("base64")}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Redis doctor: ${verdict.cause}</title>
<style>${trusted(pageStyle)}</style>
</head>
<body>
<main>
<h1 class="${verdict.cause === "none" ? "good" : "bad"}">${verdict.summary}</h1>
<p class="soft">${verdict.cause} · confidence ${percent(verdict.confidence)}</p>
${section("Evidence", verdict.evidence.map(evidence))}
${runnerUp(diagnosis)}
${list("To be sure", verdict.collect)}
${list("What to do", verdict.fixes)}
${section("Over time", plotsOf(examined))}
${serverFigures(diagnosis)}
${findings(diagnosis)}
${causes(diagnosis)}
${list(
  "Skipped",
  diagnosis.skipped.map(({ id, reason }) => `${id}: ${reason}`),
)}
${list("Looked at", lookedAt(examined))}
</main>
</body>
</html>
`.text;
}

function section(title: string, content: readonly Markup[]): Markup | undefined {
  return content.length === 0 ? undefined : html`<section><h2>${title}</h2>${content}</section>`;
}

function list(title: string, items: readonly string[]): Markup | undefined {
  if (items.length === 0) return undefined;
  return section(title, [html`<ol>${items.map((item) => html`<li>${item}</li>`)}</ol>`]);
}

function evidence({ meaning, count, weight, source, seen }: VerdictEvidence): Markup {
  const sign = weight >= 0 ? "speaks for it" : "speaks against it";
  const times = count > 1 ? `, ${count.toLocaleString("en-US")} times` : "";
  return html`<p><strong>${meaning}</strong> <span class="soft">(${source}${times}; ${sign}, ${weight})</span></p>
${seen.map(({ text, place }) => html`<p class="seen"><span class="soft">${place}</span><br><code>${text}</code></p>`)}`;
}

function runnerUp({ verdict: { runnerUp: second } }: Diagnosis): Markup | undefined {
  if (second === null) return undefined;
  const text = `${second.title} (${percent(second.score)}): ${second.whyNot}.`;
  return section(`Why not ${second.cause}`, [html`<p>${text}</p>`]);
}

/** What the server said of itself, as far as it is there. */
function serverFigures({ examined: { server } }: Diagnosis): Markup | undefined {
  if (server === undefined) return undefined;
  const { target, version, mode, role, uptimeSeconds, usedMemoryBytes, maxMemoryBytes } =
    server.server;
  const { connectedClients, maxClients, operationsPerSecond, pingMs } = server.server;
  const rows: readonly (readonly [string, string | number | undefined])[] = [
    ["server", target],
    ["version", version],
    ["mode", mode],
    ["role", role],
    ["up for, s", uptimeSeconds],
    ["used_memory, bytes", usedMemoryBytes],
    ["maxmemory, bytes", maxMemoryBytes],
    ["clients", connectedClients],
    ["maxclients", maxClients],
    ["commands/s", operationsPerSecond],
    ["PING p50, ms", pingMs?.p50.toFixed(2)],
    ["PING p99, ms", pingMs?.p99.toFixed(2)],
  ];
  const known = rows.filter(([, value]) => value !== undefined);
  return section("The server", [
    html`<table><tbody>${known.map(([name, value]) => html`<tr><th>${name}</th><td>${value}</td></tr>`)}</tbody></table>`,
  ]);
}

const tones: Readonly<Record<Severity, string>> = {
  critical: "bad",
  warning: "warn",
  information: "soft",
};

function findings({ findings: all }: Diagnosis): Markup | undefined {
  if (all.length === 0) return undefined;
  return section("Findings", [
    html`<table><thead><tr><th>check</th><th>observed</th><th>expected</th><th>what to do</th></tr></thead><tbody>${all.map(
      ({ id, severity, observed, expected, fix, place }) =>
        html`<tr><td class="${tones[severity]}">${id}<br><span class="soft">${place ?? severity}</span></td><td>${observed}</td><td>${expected}</td><td><code>${fix}</code></td></tr>`,
    )}</tbody></table>`,
  ]);
}

function causes({ causes: all }: Diagnosis): Markup | undefined {
  if (all.length < 2) return undefined;
  return section("All causes for which something speaks", [
    html`<table><tbody>${all.map(
      ({ cause, title, score }) =>
        html`<tr><td>${cause}</td><td>${title}</td><td class="number">${percent(score)}</td></tr>`,
    )}</tbody></table>`,
  ]);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
