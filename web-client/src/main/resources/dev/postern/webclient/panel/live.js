import { byId, el, setText } from '../shared/dom.js';
import { bitRate, clock, millis } from '../shared/format.js';
import { Graph } from './graph.js';
import { Table } from './tables.js';

const CAPACITY = 60;
/** Rows of the table of numbers, the newest first. */
const TABLE_ROWS = 20;

/**
 * @typedef {import('../call/call.js').Sample} Sample
 */

/** Throughput and round trip of the last minute, as graphs, sentences, and numbers. */
export class LivePanel {
  #throughput = new Graph({
    title: 'Throughput',
    series: [
      { name: 'out', label: 'Out', value: (/** @type {Sample} */ sample) => sample.out },
      { name: 'in', label: 'In', value: (/** @type {Sample} */ sample) => sample.in },
    ],
    format: bitRate,
    capacity: CAPACITY,
    testId: 'throughput-graph',
  });
  #roundTrip = new Graph({
    title: 'Round trip',
    series: [{ name: 'now', label: 'Round trip', value: (/** @type {Sample} */ sample) => sample.rttMs }],
    format: millis,
    capacity: CAPACITY,
    testId: 'rtt-graph',
  });
  /** @type {Map<string, HTMLElement>} */
  #facts = new Map();
  #empty = byId('live-empty', HTMLElement);
  #body = byId('live-body', HTMLElement);
  #toggle = byId('live-table-toggle', HTMLButtonElement);
  #tableBox = byId('live-table', HTMLElement);
  /** @type {Table<Sample>} */
  #table = new Table(this.#tableBox, {
    caption: 'The last seconds, newest first',
    empty: 'Nothing measured yet.',
    compact: true,
    columns: [
      { title: 'Time', key: true, cell: (sample) => clock(sample.at) },
      { title: 'Out', tight: true, cell: (sample) => bitRate(sample.out) },
      { title: 'In', tight: true, cell: (sample) => bitRate(sample.in) },
      { title: 'Round trip', tight: true, cell: (sample) => millis(sample.rttMs) },
    ],
  });

  constructor() {
    byId('graphs', HTMLElement).append(this.#throughput.element, this.#roundTrip.element);
    for (const name of ['Picture', 'Frames decoded', 'Lost packets', 'Jitter']) {
      const value = el('dd', { 'data-testid': `fact-${name.toLowerCase().replace(' ', '-')}` }, '–');
      this.#facts.set(name, value);
      byId('facts', HTMLElement).append(el('div', {}, el('dt', {}, name), value));
    }
    this.#toggle.addEventListener('click', () => {
      this.#tableBox.hidden = !this.#tableBox.hidden;
      this.#toggle.setAttribute('aria-expanded', String(!this.#tableBox.hidden));
      setText(this.#toggle, this.#tableBox.hidden ? 'Show numbers' : 'Hide numbers');
    });
  }

  /**
   * @param {Sample[]} history
   * @param {import('../lib/stats.js').Snapshot | null} stats
   */
  show(history, stats) {
    const measured = history.length > 0;
    this.#body.hidden = this.#toggle.hidden = !measured;
    this.#empty.hidden = measured;
    if (!measured) this.#tableBox.hidden = true;
    this.#throughput.show(history);
    this.#roundTrip.show(history);
    if (!this.#tableBox.hidden) this.#table.show(history.slice(-TABLE_ROWS).reverse());
    const media = stats?.media;
    const received = media && media.packetsReceived > 0;
    this.#fact('Picture', media && media.width > 0 ? `${media.width}×${media.height}, ${Math.round(media.framesPerSecond)}/s` : '–');
    this.#fact('Frames decoded', media ? String(media.framesDecoded) : '–');
    this.#fact('Lost packets', received ? `${((100 * media.packetsLost) / (media.packetsLost + media.packetsReceived)).toFixed(1)} %` : '–');
    this.#fact('Jitter', received ? millis(media.jitterMs) : '–');
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  #fact(name, value) {
    setText(/** @type {HTMLElement} */ (this.#facts.get(name)), value);
  }
}
