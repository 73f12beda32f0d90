import { el } from '../shared/dom.js';

/**
 * @template T
 * @typedef {object} Column
 * @property {string} title
 * @property {(row: T) => Node | string} cell
 * @property {boolean} [key] one of the fields that a card on a phone shows first, without its title
 * @property {boolean} [mono]
 * @property {boolean} [tight] never broken over two lines
 * @property {boolean} [wide] takes the whole width of a card
 */

/**
 * A table that is redrawn only when its rows changed. On phones CSS turns every row into a card, so the roles are written out: `display`
 * takes them away in some browsers.
 *
 * @template T
 */
export class Table {
  #box;
  #caption;
  #columns;
  #empty;
  #isSelected;
  #look;
  #limit;
  #shown = '';

  /**
   * @param {HTMLElement} box
   * @param {object} options
   * @param {string} options.caption
   * @param {Column<T>[]} options.columns
   * @param {string} options.empty what stands there when there are no rows
   * @param {(row: T) => boolean} [options.isSelected]
   * @param {boolean} [options.compact] plain numbers: stays a table where it is narrow
   * @param {number} [options.limit] how many rows are shown
   */
  constructor(box, { caption, columns, empty, isSelected = () => false, compact = false, limit = 50 }) {
    this.#box = box;
    this.#caption = caption;
    this.#columns = columns;
    this.#empty = empty;
    this.#isSelected = isSelected;
    this.#look = compact ? 'table compact' : 'table cards';
    this.#limit = limit;
  }

  /** @param {T[]} rows */
  show(rows) {
    const shown = JSON.stringify(rows);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const head = el('tr', { role: 'row' }, ...this.#columns.map((column) => el('th', { scope: 'col', role: 'columnheader' }, column.title)));
    this.#box.replaceChildren(
      el(
        'table',
        { class: this.#look, role: 'table' },
        el('caption', {}, this.#captionFor(rows.length)),
        rows.length > 0 ? el('thead', { role: 'rowgroup' }, head) : '',
        el('tbody', { role: 'rowgroup' }, ...(rows.length > 0 ? rows.slice(0, this.#limit).map((row) => this.#row(row)) : [this.#nothing()])),
      ),
    );
    // What scrolls must be reachable by keyboard.
    this.#box.tabIndex = this.#box.scrollWidth > this.#box.clientWidth ? 0 : -1;
  }

  /** @param {number} count */
  #captionFor(count) {
    if (count > this.#limit) return `${this.#caption} (${this.#limit} of ${count})`;
    return count === 0 ? this.#caption : `${this.#caption} (${count})`;
  }

  /** @param {T} row */
  #row(row) {
    const cells = this.#columns.map((column) => {
      const classes = [column.key && 'key', column.mono && 'mono', column.tight && 'tight', column.wide && 'wide'].filter(Boolean).join(' ');
      return el('td', { role: 'cell', 'data-label': column.title, class: classes || undefined }, column.cell(row));
    });
    return el('tr', { role: 'row', 'data-selected': this.#isSelected(row) || undefined }, ...cells);
  }

  #nothing() {
    return el('tr', { role: 'row' }, el('td', { role: 'cell', class: 'none key wide', colspan: this.#columns.length }, this.#empty));
  }
}
