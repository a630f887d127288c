import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const docs = fileURLToPath(new URL("..", import.meta.url));

/** The pages in the order in which they are best read. */
const sections = [
  { text: "Start", pages: ["getting-started"] },
  { text: "Protect", pages: ["protect", "ecosystem", "cache", "policy"] },
  { text: "Diagnose", pages: ["doctor", "packets"] },
  { text: "Prove", pages: ["drill", "faults"] },
];

const symptomIndex = join(docs, "symptoms", "index.md");

export function navigation() {
  const start = { text: "Getting started", link: "/getting-started" };
  if (!existsSync(symptomIndex)) return [start];
  return [start, { text: "Symptoms", link: "/symptoms/", activeMatch: "/symptoms/" }];
}

/** What is there, in that order; a page that nobody has placed yet stands at the end. */
export function sidebar() {
  const all = pagesIn(".").filter((page) => page !== "index");
  const placed = new Set(sections.flatMap(({ pages }) => pages));
  const groups = sections.map(({ text, pages }) => ({
    text,
    pages: pages.filter((page) => all.includes(page)),
  }));
  groups.push({ text: "More", pages: all.filter((page) => !placed.has(page)) });
  const symptoms = pagesIn("symptoms").filter((page) => page !== "index");
  return [
    ...groups
      .filter(({ pages }) => pages.length > 0)
      .map(({ text, pages }) => ({ text, items: pages.map((page) => item(page)) })),
    ...(symptoms.length === 0 ? [] : [symptomGroup(symptoms)]),
  ];
}

function symptomGroup(symptoms) {
  const items = symptoms.map((page) => item(`symptoms/${page}`));
  const link = existsSync(symptomIndex) ? { link: "/symptoms/" } : {};
  return { text: "Symptoms", collapsed: true, ...link, items };
}

function pagesIn(folder) {
  const path = join(docs, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => name.endsWith(".md"))
    .map((name) => name.slice(0, -".md".length))
    .sort();
}

/** A page is called in the sidebar what its own heading says. */
function item(page) {
  const heading = /^# (.+)$/m.exec(readFileSync(join(docs, `${page}.md`), "utf8"));
  return { text: heading?.[1]?.replaceAll("`", "") ?? page, link: `/${page}` };
}
