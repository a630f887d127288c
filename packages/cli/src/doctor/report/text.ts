import type { Style } from "../../terminal/style.ts";
import type { Diagnosis } from "../diagnosis.ts";
import type { Finding, Severity, Skipped } from "../source.ts";
import type { VerdictEvidence } from "../verdict/index.ts";
import { lookedAt } from "./looked-at.ts";
import { wrap } from "./wrap.ts";

const widthMax = 100;
const widthMin = 50;
/** Without `--verbose`: the strongest signals, and of each the first and the last that was seen. */
const evidenceMax = 4;
const seenMax = 2;
const skippedMax = 5;

export interface TextOptions {
  readonly style: Style;
  readonly verbose: boolean;
  readonly columns?: number | undefined;
}

/** The diagnosis as text for a terminal: verdict, evidence, runner-up, fixes, findings, skipped. */
export function renderText(diagnosis: Diagnosis, options: TextOptions): string {
  const width = Math.max(widthMin, Math.min(options.columns ?? widthMax, widthMax));
  const page = new Page(options.style, options.verbose, width);
  page.verdict(diagnosis);
  page.evidence(diagnosis.verdict.evidence);
  page.runnerUp(diagnosis);
  page.fixes(diagnosis);
  page.findings(diagnosis);
  page.skipped(diagnosis.skipped);
  page.section(
    "Looked at",
    lookedAt(diagnosis.examined).map((line) => `  ${line}`),
  );
  return `${page.lines.join("\n")}\n`;
}

class Page {
  readonly lines: string[] = [];
  readonly #style: Style;
  readonly #verbose: boolean;
  readonly #width: number;

  constructor(style: Style, verbose: boolean, width: number) {
    this.#style = style;
    this.#verbose = verbose;
    this.#width = width;
  }

  section(title: string, lines: readonly string[]): void {
    if (lines.length > 0) this.lines.push("", this.#style.bold(title), ...lines);
  }

  verdict({ verdict }: Diagnosis): void {
    const well = verdict.cause === "none";
    const [head = "", ...rest] = wrap(verdict.summary, this.#width - 4, "", "    ");
    const mark = well ? this.#style.green("[✓]") : this.#style.red("[✗]");
    this.lines.push(
      `${mark} ${this.#style.bold(head)}`,
      ...rest.map((line) => this.#style.bold(line)),
    );
    const confidence = `confidence ${percent(verdict.confidence)}`;
    this.lines.push(this.#style.dim(`    ${well ? "no cause" : verdict.cause} · ${confidence}`));
  }

  evidence(evidence: readonly VerdictEvidence[]): void {
    const shown = this.#verbose ? evidence : evidence.slice(0, evidenceMax);
    const hidden = evidence.length - shown.length;
    this.section("Evidence", [
      ...shown.flatMap((each) => this.#signal(each)),
      ...(hidden > 0 ? [this.#style.dim(`  … and ${hidden} more (--verbose)`)] : []),
    ]);
  }

  runnerUp({ verdict: { runnerUp, alsoPossible, collect } }: Diagnosis): void {
    if (runnerUp !== null) {
      const title = alsoPossible === null ? `Why not ${runnerUp.cause}` : `Or ${runnerUp.cause}`;
      const text = `${runnerUp.title} (${percent(runnerUp.score)}): ${runnerUp.whyNot}.`;
      this.section(title, wrap(text, this.#width, "  ", "  "));
    }
    this.section(
      "To be sure",
      collect.flatMap((text) => wrap(text, this.#width, "  - ", "    ")),
    );
  }

  fixes({ verdict: { fixes, cause } }: Diagnosis): void {
    this.section(
      "What to do",
      fixes.flatMap((fix, index) => wrap(fix, this.#width, `  ${index + 1}. `, "     ")),
    );
    if (cause !== "none") this.lines.push(this.#style.dim(`  docs/doctor.md#${cause}`));
  }

  findings({ findings, passed }: Diagnosis): void {
    const shown = this.#verbose
      ? findings
      : findings.filter(({ severity }) => severity !== "information");
    const hidden = findings.length - shown.length;
    this.section("Findings", [
      ...shown.flatMap((finding) => this.#finding(finding)),
      ...(this.#verbose ? passed.map((id) => `  ${this.#style.green("[✓]")} ${id}`) : []),
      ...(hidden > 0 || (passed.length > 0 && !this.#verbose)
        ? [
            this.#style.dim(
              `  ${hidden} for information and ${passed.length} that found nothing (--verbose)`,
            ),
          ]
        : []),
    ]);
  }

  skipped(skipped: readonly Skipped[]): void {
    const shown = this.#verbose ? skipped : skipped.slice(0, skippedMax);
    const hidden = skipped.length - shown.length;
    this.section("Skipped", [
      ...shown.flatMap(({ id, reason }) => wrap(`${id}: ${reason}`, this.#width, "  - ", "    ")),
      ...(hidden > 0 ? [this.#style.dim(`  … and ${hidden} more (--verbose)`)] : []),
    ]);
  }

  #signal({ meaning, count, weight, seen }: VerdictEvidence): string[] {
    const mark = weight >= 0 ? this.#style.red("+") : this.#style.green("−");
    const times = count > 1 ? ` (${count.toLocaleString("en-US")} times)` : "";
    const against = weight < 0 ? "against: " : "";
    const last = seen.at(-1);
    const some = this.#verbose || seen.length <= seenMax ? seen : seen.slice(0, seenMax - 1);
    const quoted = some.length < seen.length && last !== undefined ? [...some, last] : some;
    return [
      `  ${mark} ${against}${meaning}${times}`,
      ...quoted.flatMap(({ text, place }) => [
        ...wrap(place, this.#width, "      ", "      ").map((line) => this.#style.dim(line)),
        ...wrap(text, this.#width, "        ", "        "),
      ]),
    ];
  }

  #finding({ id, severity, observed, expected, fix, place }: Finding): string[] {
    const where = place === undefined ? "" : ` ${this.#style.dim(place)}`;
    return [
      `  ${this.#mark(severity)} ${this.#style.bold(id)}${where}`,
      ...wrap(`${observed}; expected: ${expected}`, this.#width, "      ", "      "),
      ...wrap(fix, this.#width, "      → ", "        "),
    ];
  }

  #mark(severity: Severity): string {
    if (severity === "critical") return this.#style.red("[✗]");
    return severity === "warning" ? this.#style.yellow("[!]") : this.#style.dim("[i]");
  }
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
