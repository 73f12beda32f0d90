// What the page knows: the data in it, and how numbers and outcomes are said.

/** @typedef {[nanos: number, flight: number, step: number, place: number, source: number, destination: number, bytes: number, contents: number, note: number]} Step */
/** @typedef {[step: number, router: number, leftOut: number, rows: number[][]]} Change */
/** @typedef {{name: string, inside: string, outside: string, nat: string, address: string, line: string}} RouterPlace */
/** @typedef {{name: string, zone: string, address: string, line: string}} HostPlace */
/**
 * @typedef {object} Run
 * @property {string} title
 * @property {string} seed
 * @property {string} replay
 * @property {string} expected
 * @property {string} observed
 * @property {boolean} asExpected
 * @property {string} why
 * @property {string} capture
 * @property {number} endNanos
 * @property {RouterPlace[]} routers
 * @property {HostPlace[]} hosts
 * @property {number} placesLeftOut
 * @property {number} firstStep
 * @property {Step[]} steps
 * @property {number} tablesCut
 * @property {Change[]} tables
 * @property {string[]} strings
 */
/**
 * @typedef {object} Cell
 * @property {string} expected
 * @property {number} attempts
 * @property {number} asExpected
 * @property {[string, number][]} outcomes
 * @property {number} medianMicros
 * @property {number} p95Micros
 * @property {number[]} runs
 */
/** @typedef {{rowsAre: string, columnsAre: string, rows: string[], columns: string[], cells: Cell[]}} Matrix */
/**
 * @typedef {object} Findings
 * @property {string} title
 * @property {string[]} facts
 * @property {string} captures
 * @property {Matrix} [matrix]
 * @property {number} runsLeftOut
 * @property {Run[]} runs
 */

/** @type {Findings} */
const REPORT = JSON.parse(document.getElementById("data")?.textContent ?? "{}");

/** The steps of a packet, in the order of their numbers. */
const SENT = 0;
const PASSED = 1;
const ARRIVED = 2;
const DROPPED = 3;
const STEP_WORDS = ["sent by", "passed by", "arrived at", "dropped at"];

/** Each outcome has a shape and a word beside its colour. @type {Record<string, {shape: string, meaning: string}>} */
const OUTCOMES = {
  direct: { shape: "●", meaning: "packets go from one to the other, through NATs perhaps, but through no relay" },
  relay: { shape: "◆", meaning: "packets go through a relay" },
  none: { shape: "✕", meaning: "no connection" },
};

/** @param {string} outcome */
function shapeOf(outcome) {
  return OUTCOMES[outcome]?.shape ?? "■";
}

/** The class that colours an outcome; others than the known ones have no colour of their own. @param {string} outcome */
function classOf(outcome) {
  return OUTCOMES[outcome] ? outcome : "other";
}

/** @param {number} nanos */
function clock(nanos) {
  const millis = nanos / 1e6;
  return millis < 10_000 ? `${millis.toFixed(1)} ms` : `${(millis / 1000).toFixed(3)} s`;
}

/** @param {number} micros */
function brief(micros) {
  const millis = micros / 1000;
  if (millis >= 10_000) {
    return `${(millis / 1000).toFixed(1)} s`;
  }
  return millis < 10 ? `${millis.toFixed(1)} ms` : `${Math.round(millis)} ms`;
}

/** @param {number} count @param {string} thing */
function counted(count, thing) {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

/** One step in words. @param {Run} run @param {number} index */
function stepWords(run, index) {
  const [nanos, flight, step, place, source, destination, , contents, note] = run.steps[index];
  const reason = run.strings[note];
  return `${clock(nanos)}: packet ${flight} (${run.strings[contents]}, ${run.strings[source]} to ${run.strings[destination]}) `
    + `${STEP_WORDS[step]} ${run.strings[place]}${reason ? `: ${reason}` : ""}`;
}
