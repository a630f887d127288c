import type { PageData } from "../page-data.ts";
import { drawGroup } from "./group.ts";
import { watchTheme } from "./theme.ts";

/** Draws every plot of the page; redraws them all when the colours change. */
function main(): void {
  const source = document.getElementById("page-data")?.textContent;
  if (source === null || source === undefined) return;
  const data = JSON.parse(source) as PageData;
  document.documentElement.dataset.scripted = "";
  const plots = data.groups.flatMap((group, at) => drawGroup(group, data.axes, `group-${at}`));
  watchTheme(() => {
    for (const plot of plots) plot.redraw();
  });
}

main();
