import type uPlotClass from "uplot";
import type { PlotGroup } from "../page-data.ts";
import { secondsText } from "./readout.ts";

/** A native slider moves the cursor of all plots of a fault: for the keyboard and for fingers. */
export function connectSlider(group: PlotGroup, plots: readonly uPlotClass[]): void {
  const slider = document.getElementById(group.sliderId);
  const first = group.plots[0];
  if (!(slider instanceof HTMLInputElement) || first === undefined) return;
  const output = slider.parentElement?.querySelector("output") ?? null;
  slider.min = String(group.from);
  slider.max = String(group.to);
  slider.step = String(first.step);
  slider.value = "0";
  const announce = () => {
    const text = secondsText(slider.valueAsNumber);
    slider.setAttribute("aria-valuetext", `${text} from the injection`);
    if (output !== null) output.textContent = text;
  };
  slider.addEventListener("input", () => {
    announce();
    for (const plot of plots) {
      plot.setCursor({ left: plot.valToPos(slider.valueAsNumber, "x"), top: 1 });
    }
  });
  announce();
  slider.parentElement?.removeAttribute("hidden");
}
