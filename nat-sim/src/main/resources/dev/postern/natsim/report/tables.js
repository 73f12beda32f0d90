// The tables of the routers at one instant.

const TABLE_HEADINGS = ["Protocol", "Internal IP", "Internal Port", "Ext IP", "Ext Port", "Dest IP", "Dest Port"];

/** The last change of a router's table up to a step; undefined if it had none. @param {Run} run @param {string} router @param {number} index */
function changeAt(run, router, index) {
  const step = run.firstStep + index;
  /** @type {Change | undefined} */
  let last;
  for (const change of run.tables) {
    if (change[0] > step) {
      break;
    }
    if (run.strings[change[1]] === router) {
      last = change;
    }
  }
  return last;
}

/** Splits at the last colon, which an IPv6 address has before it too. @param {string} address */
function parts(address) {
  const colon = address.lastIndexOf(":");
  return [address.slice(0, colon).replace(/^\[|\]$/g, ""), address.slice(colon + 1)];
}

/** @param {Run} run @param {number} index */
function tablesAt(run, index) {
  return run.routers.slice(0, 12).map((router) => tableOf(run, router, changeAt(run, router.name, index), index));
}

/** @param {Run} run @param {RouterPlace} router @param {Change | undefined} change @param {number} index */
function tableOf(run, router, change, index) {
  const rows = change?.[3] ?? [];
  const now = change !== undefined && change[0] === run.firstStep + index;
  const before = now && index > 0 ? changeAt(run, router.name, index - 1)?.[3] ?? [] : rows;
  const known = new Set(before.map((row) => row.join()));
  const title = `${router.name} (${router.nat}): ${rows.length === 0 ? "no rows" : counted(rows.length, "row")}`
    + (now ? ", just changed" : "");
  const cut = change?.[2] ?? 0;
  return html("section", { class: "nat-table" },
    html("h4", {}, title),
    rows.length === 0 ? null : scroller(`Table of ${router.name}`, "wide", html("table", { class: "lines" },
      html("thead", {}, html("tr", {}, ...TABLE_HEADINGS.map((name) => html("th", { scope: "col" }, name)))),
      html("tbody", {}, ...rows.map((row) => tableRow(run, row, now && !known.has(row.join())))))),
    cut === 0 ? null : html("p", { class: "cut" }, `${counted(cut, "row")} more not kept.`));
}

/** @param {Run} run @param {number[]} row @param {boolean} fresh */
function tableRow(run, row, fresh) {
  const [protocol, ...addresses] = row.map((number) => run.strings[number]);
  const cells = [protocol + (fresh ? " (new)" : ""), ...addresses.flatMap(parts)];
  return html("tr", { class: fresh ? "fresh" : null }, ...cells.map((words) => html("td", {}, words)));
}
