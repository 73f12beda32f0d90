// The matrix, what the shapes mean, and how steady each pair was over the seeds.

/** @param {Matrix} matrix @param {(cell: number) => void} open */
function matrixView(matrix, open) {
  const many = matrix.cells.some((cell) => cell.attempts > 1);
  return html("section", { "aria-labelledby": "matrix-title" },
    html("h2", { id: "matrix-title" }, "Who connects to whom, and how"),
    html("p", {}, summary(matrix)),
    html("p", { class: "muted" }, `Rows: ${matrix.rowsAre}. Columns: ${matrix.columnsAre}. `
      + "Open a cell with a click or Enter; the arrow keys go from cell to cell."),
    legend(matrix),
    grid(matrix, open),
    many ? statistics(matrix) : null);
}

/** @param {Matrix} matrix */
function summary(matrix) {
  const runs = matrix.cells.reduce((sum, cell) => sum + cell.attempts, 0);
  const right = matrix.cells.reduce((sum, cell) => sum + cell.asExpected, 0);
  const flaky = matrix.cells.filter((cell) => cell.outcomes.length > 1).length;
  const seeds = matrix.cells[0]?.attempts ?? 0;
  const over = seeds > 1 ? `${counted(matrix.cells.length, "pair")} with ${seeds} seeds each: ` : "";
  const steady = seeds > 1 ? ` ${flaky === 0 ? "Every pair" : `All but ${counted(flaky, "pair")}`} came out the same with every seed.` : "";
  return `${over}${right} of ${counted(runs, "run")} came out as the rules predict.${steady}`;
}

/** @param {Matrix} matrix */
function legend(matrix) {
  const seen = new Set(matrix.cells.flatMap((cell) => cell.outcomes.map(([outcome]) => outcome)));
  return html("ul", { class: "legend" },
    ...[...Object.keys(OUTCOMES).filter((name) => seen.has(name)), ...[...seen].filter((name) => !OUTCOMES[name])].map((outcome) => html("li", { class: classOf(outcome) },
      html("span", { class: "shape", "aria-hidden": "true" }, shapeOf(outcome)),
      html("b", {}, outcome), `: ${OUTCOMES[outcome]?.meaning ?? "see the run"}`)));
}

/** @param {Matrix} matrix @param {(cell: number) => void} open */
function grid(matrix, open) {
  const width = matrix.columns.length;
  const table = html("table", { class: "matrix", role: "grid", "aria-labelledby": "matrix-title" },
    html("thead", { role: "rowgroup" }, html("tr", { role: "row" },
      html("th", { role: "columnheader", scope: "col" }, "row against column"),
      ...matrix.columns.map((name) => html("th", { role: "columnheader", scope: "col" }, name)))),
    html("tbody", { role: "rowgroup" }, ...matrix.rows.map((row, r) => html("tr", { role: "row" },
      html("th", { role: "rowheader", scope: "row" }, row),
      ...matrix.columns.map((column, c) => html("td", { role: "gridcell" },
        button(matrix.cells[r * width + c], r * width + c, row, column, open)))))));
  table.addEventListener("keydown", (event) => move(table, event, width, matrix.cells.length));
  return table;
}

/** @param {Cell} cell @param {number} index @param {string} row @param {string} column @param {(cell: number) => void} open */
function button(cell, index, row, column, open) {
  const [outcome, count] = cell.outcomes[0];
  const share = cell.attempts > 1 ? ` ${count} of ${cell.attempts}` : "";
  const wrong = cell.attempts - cell.asExpected;
  return html("button", {
    type: "button", class: `cell ${classOf(outcome)}`, id: `cell-${index}`, tabindex: index === 0 ? "0" : "-1",
    onclick: () => open(index),
  },
  unseen(`${row} `),
  html("span", { class: "against" }, `against ${column}: `),
  html("span", { class: "shape", "aria-hidden": "true" }, shapeOf(outcome)),
  html("b", {}, outcome + share),
  html("small", {}, outcome === "none" ? "gave up" : brief(cell.medianMicros)),
  wrong === 0 ? null : html("small", { class: "wrong" }, `⚠ ${cell.attempts > 1 ? `${wrong} not as predicted` : "not as predicted"} (${cell.expected})`));
}

/** Arrow keys, Home and End go through the cells; one of them alone is in the tab order. @param {HTMLElement} table @param {KeyboardEvent} event @param {number} width @param {number} count */
function move(table, event, width, count) {
  const from = Number(/** @type {HTMLElement} */ (event.target).id.replace("cell-", ""));
  /** @type {Record<string, number>} */
  const targets = {
    ArrowRight: from + 1, ArrowLeft: from - 1, ArrowDown: from + width, ArrowUp: from - width,
    Home: from - (from % width), End: from - (from % width) + width - 1,
  };
  const to = targets[event.key];
  if (Number.isNaN(from) || to === undefined || to < 0 || to >= count) {
    return;
  }
  event.preventDefault();
  focusCell(table, to);
}

/** @param {ParentNode} table @param {number} index */
function focusCell(table, index) {
  for (const cell of table.querySelectorAll("button.cell")) {
    cell.setAttribute("tabindex", cell.id === `cell-${index}` ? "0" : "-1");
  }
  /** @type {HTMLElement | null} */ (table.querySelector(`#cell-${index}`))?.focus();
}

/** @param {Matrix} matrix */
function statistics(matrix) {
  const width = matrix.columns.length;
  const lines = matrix.cells
    .map((cell, i) => ({ cell, name: `${matrix.rows[Math.floor(i / width)]} against ${matrix.columns[i % width]}` }))
    .sort((a, b) => b.cell.outcomes.length - a.cell.outcomes.length || a.cell.asExpected - b.cell.asExpected);
  return html("section", { "aria-labelledby": "seeds-title" },
    html("h2", { id: "seeds-title" }, "How steady each pair is over the seeds"),
    scroller("Statistics over the seeds", "wide", html("table", { class: "lines" },
      html("thead", {}, html("tr", {}, ...["Pair", "Outcomes", "As predicted", "Connecting: median", "19 of 20 within"]
        .map((name) => html("th", { scope: "col" }, name)))),
      html("tbody", {}, ...lines.map(({ cell, name }) => html("tr", {},
        html("th", { scope: "row" }, name),
        html("td", {}, cell.outcomes.map(([outcome, count]) => `${shapeOf(outcome)} ${outcome} ${count}`).join(", ")
          + (cell.outcomes.length > 1 ? " (flaky)" : "")),
        html("td", {}, `${cell.asExpected} of ${cell.attempts}`),
        html("td", {}, brief(cell.medianMicros)),
        html("td", {}, brief(cell.p95Micros))))))));
}
