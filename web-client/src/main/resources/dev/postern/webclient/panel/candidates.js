import { byId, el, setText } from '../shared/dom.js';
import { bytes, endpoint, millis } from '../shared/format.js';
import { hostOf } from '../lib/diagnose.js';
import { Table } from './tables.js';

/** The selected pair and those that answer come first; the rest of a long list says little. */
const MAX_PAIRS = 10;

/**
 * @typedef {import('../lib/stats.js').CandidateRow} CandidateRow
 * @typedef {import('../lib/stats.js').PairRow} PairRow
 */

/** @type {Record<string, string>} The RFC's words with plain ones beside them. */
const KINDS = {
  host: 'own address',
  srflx: 'as seen by',
  prflx: 'seen by the peer',
  relay: 'on the relay',
};

/** The candidates of both sides and their pairs, the selected one marked. */
export class CandidateTables {
  #local = new Table(byId('local-candidates', HTMLElement), { caption: 'Yours', columns: CANDIDATE_COLUMNS, empty: 'None yet.' });
  #remote = new Table(byId('remote-candidates', HTMLElement), { caption: 'Theirs', columns: CANDIDATE_COLUMNS, empty: 'None yet.' });
  #pairs = new Table(byId('pairs', HTMLElement), {
    caption: 'Pairs that were tried',
    columns: PAIR_COLUMNS,
    empty: 'None yet.',
    limit: MAX_PAIRS,
    isSelected: (pair) => pair.selected,
  });
  #sum = byId('candidates-sum', HTMLElement);
  #body = byId('candidates-body', HTMLElement);

  /** @param {import('../lib/stats.js').Snapshot | null} stats */
  show(stats) {
    const { local = [], remote = [], pairs = [] } = stats ?? {};
    this.#body.hidden = !stats;
    this.#local.show([...local].sort(byPriority));
    this.#remote.show([...remote].sort(byPriority));
    this.#pairs.show(pairs);
    setText(this.#sum, stats ? `${local.length} yours, ${remote.length} theirs` : '');
  }
}

/**
 * @param {CandidateRow} a
 * @param {CandidateRow} b
 */
function byPriority(a, b) {
  return b.priority - a.priority;
}

/** @type {import('./tables.js').Column<CandidateRow>[]} */
const CANDIDATE_COLUMNS = [
  { title: 'Kind', key: true, wide: true, cell: (row) => el('span', {}, kind(row.type), ' ', el('span', { class: 'plain-words' }, plainWords(row))) },
  { title: 'Address', mono: true, cell: (row) => endpoint(row) },
  { title: 'Over', cell: (row) => over(row) },
];

/** @type {import('./tables.js').Column<PairRow>[]} */
const PAIR_COLUMNS = [
  { title: 'State', key: true, tight: true, cell: (pair) => (pair.selected ? el('span', { class: 'in-use' }, '★ in use') : stateWord(pair)) },
  { title: 'Kinds', key: true, tight: true, cell: (pair) => el('span', {}, kind(pair.local?.type ?? '?'), ' → ', kind(pair.remote?.type ?? '?')) },
  { title: 'From and to', mono: true, wide: true, cell: (pair) => el('span', {}, endpoint(pair.local), el('br'), `→\u00a0${endpoint(pair.remote)}`) },
  { title: 'RTT', tight: true, cell: (pair) => millis(pair.rttMs) },
  { title: 'Sent, received', tight: true, cell: (pair) => el('span', {}, `↑ ${bytes(pair.bytesSent)}`, el('br'), `↓ ${bytes(pair.bytesReceived)}`) },
];

/** @param {CandidateRow} row */
function plainWords(row) {
  const words = KINDS[row.type] ?? '';
  return row.url ? `${words} ${hostOf(row.url)}` : words;
}

/** @type {Record<string, string>} */
const STATES = {
  succeeded: 'answers',
  'in-progress': 'being tried',
  waiting: 'waits its turn',
  frozen: 'waits its turn',
  failed: 'no answer',
};

/** @param {PairRow} pair */
function stateWord(pair) {
  return STATES[pair.state] ?? pair.state;
}

/** @param {string} type */
function kind(type) {
  return el('span', { class: 'kind', 'data-kind': type }, type);
}

/** @param {CandidateRow} row */
function over(row) {
  const protocol = row.protocol.toUpperCase();
  return row.relayProtocol && row.relayProtocol !== row.protocol ? `${protocol} via ${row.relayProtocol.toUpperCase()}` : protocol;
}
