// Puts the page together. What is open stands in the address, so that back and forward work.

const THEMES = ["system", "light", "dark"];

const main = html("main", { id: "view" });
/** The cell that was opened last gets the focus back. */
let lastCell = -1;

function header() {
  let theme = 0;
  const button = html("button", {
    type: "button", class: "theme", onclick: () => {
      theme = (theme + 1) % THEMES.length;
      document.documentElement.dataset.theme = THEMES[theme];
      button.textContent = `Colours: ${THEMES[theme]}`;
    },
  }, `Colours: ${THEMES[0]}`);
  return html("header", {}, html("h1", {}, REPORT.title), button,
    html("p", { class: "facts" }, ...REPORT.facts.flatMap((fact, i) => (i === 0 ? [fact] : [html("br"), fact]))));
}

/** @param {number} run */
function openRun(run) {
  location.hash = `run=${run}`;
}

function overview() {
  const cut = REPORT.runsLeftOut === 0 ? null
    : html("p", { class: "cut" }, `${counted(REPORT.runsLeftOut, "run")} more are not in this file.`);
  if (REPORT.matrix) {
    const { cells } = REPORT.matrix;
    main.replaceChildren(...nodes(matrixView(REPORT.matrix, (cell) => {
      lastCell = cell;
      if (cells[cell].runs.length > 0) {
        openRun(cells[cell].runs[0]);
      }
    }), cut));
    if (lastCell >= 0) {
      focusCell(main, lastCell);
    }
  } else {
    main.replaceChildren(...nodes(html("h2", {}, "Runs"), html("ul", { class: "runs" }, ...REPORT.runs.map((run, i) =>
      html("li", {}, html("a", { href: `#run=${i}` }, `${run.title}, seed ${run.seed}: ${run.observed}`)))), cut));
  }
  document.title = REPORT.title;
}

/** @param {(Node | null)[]} all @returns {Node[]} */
function nodes(...all) {
  return /** @type {Node[]} */ (all.filter((node) => node !== null));
}

/** The other runs that are kept of the same pair. @param {number} index */
function others(index) {
  const mates = REPORT.matrix?.cells.find((cell) => cell.runs.includes(index))?.runs ?? [];
  return mates.length < 2 ? null : html("nav", { class: "mates", "aria-label": "Runs of this pair" },
    ...mates.map((mate) => html("a", { href: `#run=${mate}`, "aria-current": mate === index ? "true" : null },
      `Seed ${REPORT.runs[mate].seed}: ${REPORT.runs[mate].observed}`)));
}

function show() {
  const asked = /^#run=(\d+)$/.exec(location.hash);
  const only = !REPORT.matrix && REPORT.runs.length === 1;
  const index = asked ? Number(asked[1]) : only ? 0 : -1;
  const run = REPORT.runs[index];
  if (!run) {
    overview();
    return;
  }
  const back = only ? null : html("p", {}, html("a", { href: "#", class: "back" }, REPORT.matrix ? "← Back to the matrix" : "← All runs"));
  main.replaceChildren(runView(run, back, others(index)));
  document.title = `${run.title} - ${REPORT.title}`;
  if (asked) {
    document.getElementById("run-title")?.focus();
    scrollTo(0, 0);
  }
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && location.hash.startsWith("#run=")) {
    location.hash = "";
  }
});
addEventListener("hashchange", show);
document.getElementById("page")?.append(header(), main);
show();
