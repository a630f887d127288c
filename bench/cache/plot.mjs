/** Requests served in each second, a panel for each fault and a line for each cache, as an SVG. */
export function plot(series, names, { warmS, faultS, totalS, rate }) {
  const [width, height, left, top] = [360, 150, 44, 46];
  const colours = ["#0b6e4f", "#c8553d", "#3d5a98", "#b08900", "#7a4e9e", "#777777"];
  const faults = [...new Set(series.map(({ fault }) => fault))];
  const x = (second) => (second / totalS) * width;
  const y = (count) => height - (Math.min(count, rate * 1.1) / (rate * 1.1)) * height;
  const panels = faults.map((fault, index) => {
    const lines = series
      .filter((one) => one.fault === fault)
      // Ours last, on top.
      .toSorted((one, other) => names.indexOf(other.name) - names.indexOf(one.name))
      .map(({ name, served }) => {
        const points = served
          .filter(([second]) => second < totalS)
          .toSorted(([one], [other]) => one - other)
          .map(([second, count]) => `${x(second + 0.5).toFixed(1)},${y(count).toFixed(1)}`);
        const colour = colours[names.indexOf(name)];
        const stroke = name === names[0] ? 3 : 1.5;
        return `<polyline points="${points.join(" ")}" fill="none" stroke="${colour}" stroke-width="${stroke}"/>`;
      });
    const [column, row] = [index % 2, Math.floor(index / 2)];
    const place = `translate(${left + column * (width + 60)},${top + row * (height + 56)})`;
    return [
      `<g transform="${place}">`,
      `<rect x="${x(warmS)}" width="${x(faultS)}" height="${height}" fill="#f4e3df"/>`,
      `<path d="M0 0V${height}H${width}" fill="none" stroke="#999"/>`,
      `<text x="0" y="-8" font-weight="bold">${fault}</text>`,
      `<text x="-6" y="${y(rate) + 4}" text-anchor="end">${rate}</text>`,
      `<text x="-6" y="${height}" text-anchor="end">0</text>`,
      `<text x="${width}" y="${height + 16}" text-anchor="end">${totalS} s</text>`,
      ...lines,
      "</g>",
    ].join("\n");
  });
  const rows = Math.ceil(faults.length / 2);
  const [w, h] = [left + 2 * (width + 60), top + rows * (height + 56) + 10];
  const legend = names.map((name, index) => {
    const at = left + index * 128;
    return `<g transform="translate(${at},16)"><rect width="12" height="4" y="-6" fill="${colours[index]}"/><text x="17">${name}</text></g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" font-family="sans-serif" font-size="12">
<title>Requests served per second while Redis fails</title>
<rect width="${w}" height="${h}" fill="#fff"/>
${legend.join("\n")}
${panels.join("\n")}
</svg>
`;
}
