// The network of a run as a tree: the internet on top, below it what is attached to it, and so on inwards.

const SLOT = { least: 104, most: 156 };
const BOX_HEIGHT = 58;
const ZONE_HEIGHT = 26;
const LEVEL_GAP = 34;
const LETTER_WIDTH = 6.9;

/** @typedef {{zone: string, hosts: HostPlace[], sites: {router: RouterPlace, inner: Tree}[], slots: number}} Tree */

/** @param {Run} run */
function outerZones(run) {
  const inner = new Set(run.routers.map((router) => router.inside));
  const all = [...run.routers.map((router) => router.outside), ...run.hosts.map((host) => host.zone)];
  return [...new Set(all)].filter((zone) => !inner.has(zone));
}

/** @param {Run} run @param {string} zone @param {number} depth @returns {Tree} */
function treeOf(run, zone, depth = 0) {
  const hosts = run.hosts.filter((host) => host.zone === zone);
  const sites = depth > 8 ? [] : run.routers.filter((router) => router.outside === zone)
    .map((router) => ({ router, inner: treeOf(run, router.inside, depth + 1) }));
  const slots = hosts.length + sites.reduce((sum, site) => sum + site.inner.slots, 0);
  return { zone, hosts, sites, slots: Math.max(1, slots) };
}

/** @param {Run} run */
function topologyView(run) {
  const trees = outerZones(run).map((zone) => treeOf(run, zone));
  const slots = trees.reduce((sum, tree) => sum + tree.slots, 0);
  const room = Math.min(document.documentElement.clientWidth, 1240) - 48;
  const slot = Math.max(SLOT.least, Math.min(SLOT.most, room / slots));
  const parts = svg("g");
  let left = 0;
  let height = 0;
  for (const tree of trees) {
    height = Math.max(height, drawZone({ parts, slot }, tree, left, 0));
    left += tree.slots * slot;
  }
  const words = [...run.routers.map((router) => `${router.name} (${router.nat}, ${router.address}) leads from ${router.inside} to ${router.outside}`),
    ...run.hosts.map((host) => `${host.name} (${host.address}) is in ${host.zone}`)].join("; ");
  const drawing = svg("svg", {
    viewBox: `-4 -4 ${slots * slot + 8} ${height + 8}`, width: slots * slot + 8, height: height + 8, role: "img",
    "aria-label": `Topology: ${words}`, class: "topology",
  }, parts);
  return html("section", { "aria-labelledby": "topology-title" },
    html("h3", { id: "topology-title" }, "Topology"),
    scroller("Drawing of the topology", "wide", drawing),
    run.placesLeftOut === 0 ? null : html("p", { class: "cut" }, `${counted(run.placesLeftOut, "router or host")} more not drawn.`));
}

/** @typedef {{parts: SVGElement, slot: number}} Sheet */

/** Draws a zone and all below it; answers how far down it goes. @param {Sheet} sheet @param {Tree} tree @param {number} left @param {number} top */
function drawZone(sheet, tree, left, top) {
  const { parts, slot } = sheet;
  const width = tree.slots * slot;
  parts.append(svg("rect", { class: "zone", x: left + 2, y: top, width: width - 4, height: ZONE_HEIGHT, rx: 13 }),
    label(tree.zone, left + width / 2, top + 17, "zone-name", width - 20));
  const below = top + ZONE_HEIGHT + LEVEL_GAP;
  let lowest = top + ZONE_HEIGHT;
  let x = left;
  const half = Math.ceil(tree.sites.length / 2);
  const order = [...tree.sites.slice(0, half), ...tree.hosts, ...tree.sites.slice(half)];
  for (const part of order) {
    const slots = "inner" in part ? part.inner.slots : 1;
    const middle = x + (slots * slot) / 2;
    const place = "inner" in part ? part.router : part;
    wire(sheet, middle, top + ZONE_HEIGHT, below, place.line);
    if ("inner" in part) {
      box(sheet, "router", middle, below, part.router.name, part.router.nat, part.router.address);
      const inner = below + BOX_HEIGHT + LEVEL_GAP / 2;
      wire(sheet, middle, below + BOX_HEIGHT, inner, "");
      lowest = Math.max(lowest, drawZone(sheet, part.inner, x, inner));
    } else {
      box(sheet, "host", middle, below, part.name, part.address, "");
      lowest = Math.max(lowest, below + BOX_HEIGHT);
    }
    x += slots * slot;
  }
  return lowest;
}

/** @param {Sheet} sheet @param {number} x @param {number} from @param {number} to @param {string} words */
function wire({ parts, slot }, x, from, to, words) {
  parts.append(svg("line", { class: "wire", x1: x, y1: from, x2: x, y2: to }));
  if (words) {
    parts.append(label(words, x, (from + to) / 2 + 4, "line-words", slot));
  }
}

/** @param {Sheet} sheet @param {string} kind @param {number} middle @param {number} top @param {string} name @param {string} second @param {string} third */
function box({ parts, slot }, kind, middle, top, name, second, third) {
  const width = slot - 14;
  parts.append(svg("rect", {
    class: kind, x: middle - width / 2, y: top, width, height: BOX_HEIGHT, rx: kind === "router" ? 4 : 14,
  }), label(name, middle, top + (third ? 18 : 25), "name", width), label(second, middle, top + (third ? 34 : 42), "small", width));
  if (third) {
    parts.append(label(third, middle, top + 49, "small", width));
  }
}

/** @param {string} words @param {number} x @param {number} y @param {string} kind @param {number} width */
function label(words, x, y, kind, width) {
  const most = Math.floor(width / LETTER_WIDTH);
  const shown = words.length > most ? `${words.slice(0, most - 1)}…` : words;
  return svg("text", { class: kind, x, y, "text-anchor": "middle" }, svg("title", {}, words), shown);
}
