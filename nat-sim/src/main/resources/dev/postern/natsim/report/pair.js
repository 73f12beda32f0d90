// One run: what came of it and why, its network, and its packets and tables at each instant.

/** What of the packets the diagram shows. */
const SHOWN = {
  all: "all packets",
  drops: "drops only",
  ends: "packets that hosts behind NATs get from each other without a server",
  packet: "the packet of this step only",
};

/** @param {Run} run @param {Node | null} back @param {Node | null} others */
function runView(run, back, others) {
  return html("div", { class: "run" }, back,
    html("h2", { id: "run-title", tabindex: "-1" }, run.title),
    others,
    verdict(run),
    again(run),
    topologyView(run),
    run.steps.length === 0 ? html("p", {}, "No packet was recorded.") : timeView(run));
}

/** @param {Run} run */
function verdict(run) {
  const word = run.observed.split(/[ ,]/)[0];
  const wanted = run.expected === "" ? "" : run.asExpected ? ", as predicted" : `, but predicted was ${run.expected}`;
  return html("section", { "aria-labelledby": "why-title" },
    html("p", { class: `verdict ${classOf(word)}` },
      html("span", { class: "shape", "aria-hidden": "true" }, shapeOf(word)), html("b", {}, run.observed), wanted),
    html("h3", { id: "why-title" }, "Why"),
    html("p", { class: "why" }, run.why || "Nothing was said about this run."));
}

/** @param {Run} run */
function again(run) {
  const capture = REPORT.captures === ""
    ? "With --pcap and a folder the same run also leaves a capture for Wireshark, with a comment on each packet."
    : html("span", {}, "The capture is in ", html("code", {}, `${REPORT.captures}/${run.capture}`),
      ": each packet has a comment; ", html("code", {}, 'frame.comment contains "DROPPED"'), " shows the drops alone.");
  return html("section", { "aria-labelledby": "again-title" },
    html("h3", { id: "again-title" }, "Again, and in Wireshark"),
    run.replay ? html("p", {}, html("code", { class: "line" }, run.replay)) : null,
    html("p", { class: "muted" }, `Seed ${run.seed}. `, capture));
}

/** @param {Run} run */
function timeView(run) {
  const last = run.steps.length - 1;
  const tables = html("div", { class: "tables" });
  const words = html("p", { class: "step-words", id: "step-words" });
  const diagram = html("div", {});
  const slider = /** @type {HTMLInputElement} */ (html("input", {
    type: "range", id: "instant", min: "0", max: String(last), value: "0", step: "1", "aria-describedby": "step-words",
    oninput: () => show(Number(slider.value)),
  }));
  const choice = /** @type {HTMLSelectElement} */ (html("select", { id: "shown", onchange: () => draw() },
    ...Object.entries(SHOWN).map(([value, name]) => html("option", { value }, name))));
  /** @type {ReturnType<typeof sequenceView> | null} */
  let sequence = null;

  /** @param {number} index */
  function show(index) {
    slider.value = String(index);
    slider.setAttribute("aria-valuetext", `step ${index + 1} of ${last + 1}, ${stepWords(run, index)}`);
    words.textContent = `Step ${index + 1} of ${last + 1} at ${stepWords(run, index)}`;
    words.classList.toggle("lost", run.steps[index][2] === DROPPED);
    tables.replaceChildren(...tablesAt(run, index));
    if (choice.value === "packet" && sequence && shownFlight !== run.steps[index][1]) {
      draw();
    }
    sequence?.moveTo(index);
  }

  let shownFlight = -1;
  function draw() {
    shownFlight = run.steps[Number(slider.value)][1];
    sequence = sequenceView(run, filter(run, choice.value, shownFlight), show);
    diagram.replaceChildren(sequence.element);
    sequence.moveTo(Number(slider.value));
  }

  /** @param {string} name @param {(index: number) => boolean} fits @param {1 | -1} way */
  const jump = (name, fits, way) => html("button", {
    type: "button", onclick: () => {
      let index = Number(slider.value) + way;
      while (index >= 0 && index <= last && !fits(index)) {
        index += way;
      }
      if (index >= 0 && index <= last) {
        show(index);
      }
    },
  }, name);
  const changes = new Set(run.tables.map((change) => change[0] - run.firstStep));
  const dropped = (/** @type {number} */ index) => run.steps[index][2] === DROPPED;

  show(firstOfInterest(run));
  draw();
  // once it is in the page and has a height
  requestAnimationFrame(() => sequence?.moveTo(Number(slider.value)));
  return html("section", { "aria-labelledby": "time-title" },
    html("h3", { id: "time-title" }, "Packets and tables in virtual time"),
    run.firstStep === 0 ? null : html("p", { class: "cut" }, `The first ${counted(run.firstStep, "step")} are not shown.`),
    run.tablesCut === 0 ? null : html("p", { class: "cut" }, `The first ${counted(run.tablesCut, "change")} of tables are not shown.`),
    html("div", { class: "instant" }, html("label", { for: "instant" }, "Instant"), slider,
      html("div", { class: "jumps" },
        jump("Step back", () => true, -1), jump("Step on", () => true, 1),
        jump("Next drop", dropped, 1), jump("Next table change", (index) => changes.has(index), 1))),
    words,
    html("h4", { class: "part" }, "NAT tables at this instant"),
    tables,
    html("p", { class: "choice" }, html("label", { for: "shown" }, "Show "), choice),
    diagram,
    stepTable(run));
}

/** What a router refused first, else the first drop, else the beginning: that is what one comes for. @param {Run} run */
function firstOfInterest(run) {
  const routers = new Set(run.routers.map((router) => router.name));
  const refused = run.steps.findIndex((step) => step[2] === DROPPED && routers.has(run.strings[step[3]]));
  return Math.max(0, refused >= 0 ? refused : run.steps.findIndex((step) => step[2] === DROPPED));
}

/** @param {Run} run @param {string} choice @param {number} flight @returns {(hop: Hop) => boolean} */
function filter(run, choice, flight) {
  const behind = new Set(run.routers.map((router) => router.inside));
  const open = new Set(run.hosts.filter((host) => !behind.has(host.zone)).map((host) => host.name));
  /** @type {Map<number, boolean>} */
  const servers = new Map();
  for (const [, number, , place] of run.steps) {
    servers.set(number, (servers.get(number) ?? false) || open.has(run.strings[place]));
  }
  const served = new Set(run.hosts.filter((host) => open.has(host.name)).map((host) => host.address));
  switch (choice) {
    case "drops":
      return (hop) => hop.lost;
    case "ends":
      return (hop) => !servers.get(run.steps[hop.index][1])
        && !served.has(parts(run.strings[run.steps[hop.index][5]])[0]);
    case "packet":
      return (hop) => run.steps[hop.index][1] === flight;
    default:
      return () => true;
  }
}

/** The same in words, built when it is opened. @param {Run} run */
function stepTable(run) {
  const holder = html("div", {});
  const details = html("details", { class: "steps" },
    html("summary", {}, `The ${counted(run.steps.length, "step")} as a table`), holder);
  details.addEventListener("toggle", () => {
    if (holder.childElementCount === 0) {
      holder.append(scroller("Table of steps", "tall", html("table", { class: "lines" },
        html("thead", {}, html("tr", {}, ...["Time", "Packet", "What happened", "From", "To", "In it"]
          .map((name) => html("th", { scope: "col" }, name)))),
        html("tbody", {}, ...run.steps.map((step) => stepRow(run, step))))));
    }
  });
  return details;
}

/** @param {Run} run @param {Step} step */
function stepRow(run, [nanos, flight, step, place, source, destination, bytes, contents, note]) {
  const reason = run.strings[note];
  const cells = [clock(nanos), `#${flight}`, `${STEP_WORDS[step]} ${run.strings[place]}${reason ? `: ${reason}` : ""}`,
    run.strings[source], run.strings[destination], `${run.strings[contents]} (${bytes} B)`];
  return html("tr", { class: step === DROPPED ? "lost" : null }, ...cells.map((words) => html("td", {}, words)));
}
