// The packets of a run as arrows between the places, one below the other in virtual time.

const TIME_WIDTH = 84;
const LANE_WIDTH = { least: 104, most: 230 };
const ROW_HEIGHT = 42;
const REASON_LINE = 14;
const REASON_LETTERS = 46;
const PAUSE_NANOS = 100e6;
const PAUSE_HEIGHT = 24;
const MAX_LANES = 16;
const MAX_ROWS = 1500;

/** @typedef {{index: number, before: number, from: number, to: number, lost: boolean}} Hop */

/** The places that packets go between, from one end of the network to the other. @param {Run} run @returns {string[]} */
function lanesOf(run) {
  /** @param {Tree} tree @param {boolean} outermost @returns {string[]} */
  const across = (tree, outermost) => {
    const half = outermost ? Math.ceil(tree.sites.length / 2) : tree.sites.length;
    const left = tree.sites.slice(0, half).flatMap((site) => [...across(site.inner, false), site.router.name]);
    const right = tree.sites.slice(half).flatMap((site) => [site.router.name, ...across(site.inner, false).reverse()]);
    const hosts = tree.hosts.map((host) => host.name);
    return outermost ? [...left, ...hosts, ...right] : [...hosts, ...left];
  };
  const seen = new Set(run.steps.map((step) => run.strings[step[3]]));
  return outerZones(run).flatMap((zone) => across(treeOf(run, zone), true)).filter((name) => seen.has(name)).slice(0, MAX_LANES);
}

/** Each step but the first of a packet ends a hop from where the packet, or what a duplicate was made from, was before. @param {Run} run @param {string[]} lanes @returns {Hop[]} */
function hopsOf(run, lanes) {
  /** @type {Map<number, number>} */
  const last = new Map();
  const hops = [];
  for (let index = 0; index < run.steps.length; index++) {
    const [, flight, step, place] = run.steps[index];
    const before = last.get(flight);
    if (step === SENT || step === PASSED) {
      last.set(flight, index);
    }
    if (step === SENT || before === undefined) {
      continue;
    }
    const from = lanes.indexOf(run.strings[run.steps[before][3]]);
    const to = lanes.indexOf(run.strings[place]);
    if (from >= 0) {
      hops.push({ index, before, from, to, lost: step === DROPPED });
    }
  }
  return hops;
}

/** Words in lines of at most so many letters. @param {string} words @param {number} most */
function wrapped(words, most) {
  const lines = [""];
  for (const word of words.split(" ")) {
    const line = lines[lines.length - 1];
    if (line.length > 0 && line.length + word.length >= most) {
      lines.push(word);
    } else {
      lines[lines.length - 1] = line ? `${line} ${word}` : word;
    }
  }
  return lines;
}

/**
 * The diagram of the hops that a test lets through, and what moves it to a step.
 * @param {Run} run
 * @param {(hop: Hop) => boolean} shows
 * @param {(index: number) => void} choose
 */
function sequenceView(run, shows, choose) {
  const lanes = lanesOf(run);
  const all = hopsOf(run, lanes).filter(shows);
  const hops = all.slice(0, MAX_ROWS);
  const room = Math.min(document.documentElement.clientWidth, 1240) - 60 - TIME_WIDTH;
  const laneWidth = Math.max(LANE_WIDTH.least, Math.min(LANE_WIDTH.most, room / Math.max(1, lanes.length)));
  const width = TIME_WIDTH + laneWidth * lanes.length;
  /** @param {number} lane */
  const middle = (lane) => TIME_WIDTH + laneWidth * (lane + 0.5);
  const rows = svg("g");
  const backs = svg("g");
  /** @type {{hop: Hop, top: number, row: SVGElement}[]} */
  const drawn = [];
  let top = 6;
  let nanos = hops.length > 0 ? run.steps[hops[0].index][0] : 0;
  for (const hop of hops) {
    const at = run.steps[hop.index][0];
    if (at - nanos >= PAUSE_NANOS) {
      rows.append(svg("text", { class: "pause", x: TIME_WIDTH, y: top + 15 }, `… ${clock(at - nanos)} without a packet here …`));
      top += PAUSE_HEIGHT;
    }
    nanos = at;
    const reason = hop.lost ? wrapped(`✕ dropped at ${run.strings[run.steps[hop.index][3]]}: ${run.strings[run.steps[hop.index][8]]}`, REASON_LETTERS) : [];
    const height = ROW_HEIGHT + reason.length * REASON_LINE;
    const row = drawHop(run, hop, { top, height, width, middle, lanes: lanes.length }, reason);
    row.addEventListener("click", () => choose(hop.index));
    rows.append(row);
    drawn.push({ hop, top, row });
    top += height;
  }
  for (let lane = 0; lane < lanes.length; lane++) {
    backs.append(svg("line", { class: "lane", x1: middle(lane), y1: 0, x2: middle(lane), y2: top }));
  }
  const heads = html("div", { class: "lane-heads" }, ...lanes.map((name) => {
    const head = html("span", {}, name);
    head.style.width = `${laneWidth}px`;
    return head;
  }));
  heads.style.width = `${width}px`;
  heads.style.paddingLeft = `${TIME_WIDTH}px`;
  const drawing = svg("svg", {
    class: "sequence", width, height: top, viewBox: `0 0 ${width} ${top}`, role: "img",
    "aria-label": `Sequence diagram: ${counted(hops.length, "hop")} between ${lanes.join(", ")}. The table of steps below says the same in words.`,
  }, backs, rows);
  const box = scroller("Sequence diagram", "tall", heads, drawing);
  const cut = all.length - hops.length;
  return {
    element: html("div", {}, hops.length === 0 ? html("p", {}, "No packet to show.") : box,
      cut === 0 ? null : html("p", { class: "cut" }, `${counted(cut, "hop")} more not drawn.`)),
    /** @param {number} index */
    moveTo(index) {
      let here = null;
      for (const one of drawn) {
        one.row.classList.toggle("later", one.hop.index > index);
        one.row.classList.toggle("now", one.hop.index === index);
        here = one.hop.index <= index ? one : here;
      }
      if (here && (here.top < box.scrollTop || here.top > box.scrollTop + box.clientHeight - 110)) {
        box.scrollTop = Math.max(0, here.top - box.clientHeight / 2);
      }
    },
  };
}

/**
 * @param {Run} run
 * @param {Hop} hop
 * @param {{top: number, height: number, width: number, middle: (lane: number) => number, lanes: number}} space
 * @param {string[]} reason
 */
function drawHop(run, hop, space, reason) {
  const [, , , , source, destination, , contents] = run.steps[hop.before];
  const { top, width, middle } = space;
  const y = top + 20;
  const start = middle(hop.from);
  const inwards = hop.from < (space.lanes - 1) / 2 ? 1 : -1;
  const end = hop.to >= 0 ? middle(hop.to) : start + inwards * 46;
  const way = Math.sign(end - start) || inwards;
  const tip = hop.lost && hop.to >= 0 ? end - way * 7 : end;
  const row = svg("g", { class: `hop ${hop.lost ? "lost" : ""}` },
    svg("title", {}, stepWords(run, hop.index)),
    svg("rect", { class: "band", x: 0, y: top, width, height: space.height }),
    svg("text", { class: "time", x: 6, y: y + 4 }, clock(run.steps[hop.index][0])),
    svg("line", { class: "arrow", x1: start, y1: y, x2: tip - way * 3, y2: y }),
    hop.lost ? cross(tip, y) : svg("path", { class: "head", d: `M${tip} ${y} l${-9 * way} -5 v10 z` }));
  const centre = (start + end) / 2;
  row.append(fitted(run.strings[contents], centre, y - 6, width, "what", 6.4),
    fitted(`${run.strings[source]} → ${run.strings[destination]}`, centre, y + 14, width, "addresses", 6.1));
  reason.forEach((line, i) => row.append(fitted(line, tip, y + 28 + i * REASON_LINE, width, "reason", 6.3)));
  return row;
}

/** @param {number} x @param {number} y */
function cross(x, y) {
  return svg("path", { class: "cross", d: `M${x - 5} ${y - 5} l10 10 m0 -10 l-10 10` });
}

/** Words around a place, moved so that they stay within the drawing. @param {string} words @param {number} x @param {number} y @param {number} width @param {string} kind @param {number} letter */
function fitted(words, x, y, width, kind, letter) {
  const half = (words.length * letter) / 2;
  const at = Math.max(TIME_WIDTH + half, Math.min(width - half - 4, x));
  return svg("text", { class: kind, x: at, y, "text-anchor": "middle" }, words);
}
