import { el, setText, svg } from '../shared/dom.js';

const WIDTH = 300;
const HEIGHT = 84;
const PAD = 6;

/**
 * @typedef {object} Series
 * @property {string} name beside the line in the key
 * @property {string} label how a sentence about it begins
 * @property {(sample: any) => number | null} value
 */

/**
 * A line graph of the last minute with its key and a sentence that says the same. The picture itself is hidden from screen readers; the
 * page offers the numbers as a table.
 */
export class Graph {
  #lines;
  #keys;
  #summary;
  #series;
  #format;
  #capacity;

  /**
   * @param {object} options
   * @param {string} options.title
   * @param {Series[]} options.series one or two; the second is dashed
   * @param {(value: number) => string} options.format
   * @param {number} options.capacity how many samples fit
   * @param {string} options.testId
   */
  constructor({ title, series, format, capacity, testId }) {
    this.#series = series;
    this.#format = format;
    this.#capacity = capacity;
    this.#lines = series.map((_, index) => svg('path', { class: lineClass(index), d: '' }));
    this.#keys = series.map(() => el('span'));
    this.#summary = el('p', { class: 'summary', 'data-testid': `${testId}-summary` });
    const grid = [0.25, 0.5, 0.75].map((part) => svg('line', { class: 'grid', x1: 0, x2: WIDTH, y1: HEIGHT * part, y2: HEIGHT * part }));
    const plot = svg('svg', { class: 'plot', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' }, ...grid, ...this.#lines);
    const keys = series.map((_, index) => el('span', { class: 'key' }, keyLine(index), this.#keys[index]));
    this.element = el('figure', { class: 'graph', 'data-testid': testId }, el('figcaption', {}, el('strong', {}, title), ...keys), plot, this.#summary);
    this.show([]);
  }

  /** @param {any[]} samples the oldest first */
  show(samples) {
    const columns = this.#series.map((series) => samples.map(series.value));
    const known = columns.flat().filter((value) => value !== null);
    const top = niceCeiling(Math.max(0, ...known));
    for (const [index, values] of columns.entries()) {
      this.#lines[index].setAttribute('d', this.#pathOf(values, top));
      const last = values.at(-1) ?? null;
      setText(this.#keys[index], `${this.#series[index].name} ${last === null ? '–' : this.#format(last)}`);
    }
    setText(this.#summary, known.length === 0 ? 'Nothing measured yet.' : `${this.#summarize(columns)} Last ${samples.length} s; the top of the graph is ${this.#format(top)}.`);
  }

  /** @param {(number | null)[][]} columns */
  #summarize(columns) {
    const parts = columns.map((values, index) => {
      const known = values.filter((value) => value !== null);
      if (known.length === 0) return '';
      const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
      return `${this.#series[index].label} ${this.#format(mean)} on average, ${this.#format(Math.max(...known))} at most.`;
    });
    return parts.filter(Boolean).join(' ');
  }

  /**
   * @param {(number | null)[]} values
   * @param {number} top
   */
  #pathOf(values, top) {
    const step = WIDTH / (this.#capacity - 1);
    const start = WIDTH - (values.length - 1) * step;
    let d = '';
    let pen = 'M';
    for (const [index, value] of values.entries()) {
      if (value === null) {
        pen = 'M';
        continue;
      }
      const y = HEIGHT - PAD - (value / top) * (HEIGHT - 2 * PAD);
      d += `${pen}${(start + index * step).toFixed(1)} ${y.toFixed(1)}`;
      pen = 'L';
    }
    return d;
  }
}

/** @param {number} index */
function lineClass(index) {
  return index === 0 ? 'line' : 'line second';
}

/** @param {number} index */
function keyLine(index) {
  return svg('svg', { viewBox: '0 0 22 8', 'aria-hidden': 'true' }, svg('path', { class: lineClass(index), d: 'M1 4H21' }));
}

/**
 * @param {number} value
 * @returns {number} the next of 1, 2, 5, 10, 20, ... at or above it
 */
export function niceCeiling(value) {
  if (value <= 0) return 1;
  const magnitude = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((step) => step * magnitude >= value) ?? 10) * magnitude;
}
