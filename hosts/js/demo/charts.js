// Charts in the colours of the page, each with its figures as text for those who do not see it.

/** @typedef {import("servicestage-pipelines/web").Pipeline} Pipeline */
/** @typedef {import("chart.js").Chart} Chart */

/** @type {Map<string, Chart>} */
const charts = new Map();

/** @type {readonly Pipeline[]} */
let shown = [];

const stillness = matchMedia("(prefers-reduced-motion: reduce)");
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => showCharts(shown));

/** @param {readonly Pipeline[]} pipelines */
export function showCharts(pipelines) {
  shown = pipelines;
  const statuses = pipelines.map(({ status }) =>
    typeof status === "object" ? `other: ${status?.other ?? "none"}` : status,
  );
  const byStatus = [...count(statuses)].sort(([, a], [, b]) => b - a);
  draw("by-status", "y", byStatus);
  const months = pipelines.flatMap(({ lastTriggerAt }) => lastTriggerAt?.toISOString().slice(0, 7) ?? []);
  draw("by-month", "x", everyMonth(count(months)));
}

/** @param {string[]} words */
function count(words) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/**
 * Months without a run count too: time has no gaps.
 * @param {Map<string, number>} counts
 * @returns {[string, number][]}
 */
function everyMonth(counts) {
  const [first, ...rest] = [...counts.keys()].sort();
  if (first === undefined) return [];
  const last = rest.at(-1) ?? first;
  /** @type {[string, number][]} */
  const months = [];
  for (const month = new Date(`${first}-01T00:00Z`); ; month.setUTCMonth(month.getUTCMonth() + 1)) {
    const name = month.toISOString().slice(0, 7);
    months.push([name, counts.get(name) ?? 0]);
    if (name >= last) return months;
  }
}

/**
 * @param {string} id
 * @param {"x" | "y"} along
 * @param {[string, number][]} figures
 */
function draw(id, along, figures) {
  const canvas = /** @type {HTMLCanvasElement} */ (document.getElementById(id));
  canvas.setAttribute("aria-label", figures.map(([name, figure]) => `${name}: ${figure}`).join(", "));
  const style = getComputedStyle(document.documentElement);
  const [ink, line, accent] = ["--ink", "--line", "--accent"].map((name) => style.getPropertyValue(name).trim());
  const scale = { ticks: { color: ink, precision: 0 }, grid: { color: line } };
  charts.get(id)?.destroy();
  const { Chart } = /** @type {any} */ (globalThis);
  charts.set(
    id,
    new Chart(canvas, {
      type: "bar",
      data: {
        labels: figures.map(([name]) => name),
        datasets: [{ data: figures.map(([, figure]) => figure), backgroundColor: accent }],
      },
      options: {
        indexAxis: along,
        maintainAspectRatio: false,
        animation: stillness.matches ? false : { duration: 200 },
        plugins: { legend: { display: false } },
        scales: { x: scale, y: { ...scale, ticks: { ...scale.ticks, autoSkip: along === "x" } } },
      },
    }),
  );
}
