import { byId, setText, svg } from '../shared/dom.js';
import { endpoint } from '../shared/format.js';
import { hostOf } from '../lib/diagnose.js';
import { withoutNat } from '../lib/stats.js';

const WIDTH = 400;
const HEIGHT = 178;
const BASE_Y = 112;
const TURN_Y = 30;
const X = { you: 40, yourNat: 124, internet: 200, theirNat: 276, peer: 360 };

/** The wires, in the order in which a packet takes them; which of them are lit depends on the pair that was selected. */
const WIRES = {
  youToNat: `M${X.you + 24} ${BASE_Y}H${X.yourNat - 20}`,
  natToInternet: `M${X.yourNat + 20} ${BASE_Y}H${X.internet - 18}`,
  internetToNat: `M${X.internet + 18} ${BASE_Y}H${X.theirNat - 20}`,
  natToPeer: `M${X.theirNat + 20} ${BASE_Y}H${X.peer - 24}`,
  natToTurn: `M${X.yourNat + 20} ${BASE_Y}C${X.yourNat + 44} ${BASE_Y} ${X.internet - 78} ${TURN_Y} ${X.internet - 50} ${TURN_Y}`,
  turnToNat: `M${X.internet + 50} ${TURN_Y}C${X.internet + 78} ${TURN_Y} ${X.theirNat - 44} ${BASE_Y} ${X.theirNat - 20} ${BASE_Y}`,
  inside: `M${X.you} ${BASE_Y + 24}C${X.you + 20} ${HEIGHT - 4} ${X.peer - 20} ${HEIGHT - 4} ${X.peer} ${BASE_Y + 24}`,
};

/** @type {Record<string, (keyof typeof WIRES)[]>} */
const ROUTES = {
  none: [],
  inside: ['inside'],
  nat: ['youToNat', 'natToInternet', 'internetToNat', 'natToPeer'],
  relay: ['youToNat', 'natToTurn', 'turnToNat', 'natToPeer'],
};

/** You - NAT - internet - NAT - peer, with the relay above; the way the packets of this call take is lit. */
export class PathDiagram {
  #box = byId('path', HTMLElement);
  #text = byId('path-text', HTMLElement);
  #kind = byId('path-kind', HTMLElement);
  #drawn = '';

  /**
   * @param {import('../lib/stats.js').Snapshot | null} stats
   * @param {string} peerName
   */
  show(stats, peerName) {
    const path = stats?.path ?? 'none';
    const route = routeOf(stats);
    const labels = labelsOf(stats, peerName);
    setText(this.#text, describe(stats, route, labels.peer));
    this.#box.dataset.path = this.#kind.dataset.path = path;
    setText(/** @type {Element} */ (this.#kind.firstElementChild), { none: 'no path yet', direct: 'direct', relay: 'through the relay' }[path]);
    const drawn = JSON.stringify([route, labels]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#box.replaceChildren(draw(route, labels));
  }
}

/**
 * @typedef {'none' | 'inside' | 'nat' | 'relay'} Route
 * @typedef {{peer: string, yourNat: string, theirNat: string, turn: string}} Labels
 *
 * @param {import('../lib/stats.js').Snapshot | null} stats
 * @returns {Route}
 */
function routeOf(stats) {
  if (!stats?.pair) return 'none';
  if (stats.path === 'relay') return 'relay';
  return withoutNat(stats.pair) ? 'inside' : 'nat';
}

/**
 * A STUN server on this very computer sees its loopback address, which no NAT has mapped.
 *
 * @param {string} address
 */
function isLoopback(address) {
  return address.startsWith('127.') || address === '::1';
}

/**
 * @param {import('../lib/stats.js').Snapshot | null} stats
 * @param {string} peerName
 * @returns {Labels}
 */
function labelsOf(stats, peerName) {
  const mapped = (/** @type {import('../lib/stats.js').CandidateRow[]} */ rows) =>
    rows.find((row) => row.type === 'srflx' && !isLoopback(row.address))?.address ?? '';
  const { local = null, remote = null } = stats?.pair ?? {};
  const relay = local?.type === 'relay' ? local : remote?.type === 'relay' ? remote : null;
  return {
    peer: peerName || 'Peer',
    yourNat: mapped(stats?.local ?? []),
    theirNat: mapped(stats?.remote ?? []),
    turn: relay ? (relay.url ? hostOf(relay.url) : relay.address) : '',
  };
}

/**
 * @param {import('../lib/stats.js').Snapshot | null} stats
 * @param {Route} route
 * @param {string} peer
 */
function describe(stats, route, peer) {
  const pair = stats?.pair;
  if (!pair) return 'The way is drawn here as soon as a pair of addresses has answered.';
  const ends = `${endpoint(pair.local)} to ${endpoint(pair.remote)}`;
  const over = (pair.local?.protocol || 'udp').toUpperCase();
  if (route === 'inside') return `You and ${peer} exchange packets without a NAT between: ${ends}, ${over}.`;
  if (route === 'nat') return `Packets go straight to ${peer} through the NAT on the way: ${ends}, ${over}.`;
  const mine = pair.local?.type === 'relay';
  const both = mine && pair.remote?.type === 'relay';
  const whose = both ? 'A relay on each side carries' : mine ? 'Your relay carries' : `The relay of ${peer} carries`;
  const reached = mine ? ` You reach it over ${(pair.local?.relayProtocol || 'udp').toUpperCase()}.` : '';
  return `${whose} the packets: ${ends}.${reached}`;
}

/**
 * @param {Route} route
 * @param {Labels} labels
 */
function draw(route, labels) {
  const lit = new Set(ROUTES[route]);
  const wires = Object.entries(WIRES).flatMap(([name, d]) => {
    const isLit = lit.has(/** @type {keyof typeof WIRES} */ (name));
    return [svg('path', { d, class: isLit ? 'wire lit' : 'wire' }), svg('path', { d, class: 'pulse' })];
  });
  const passes = route === 'nat' || route === 'relay';
  return svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, 'aria-hidden': 'true', focusable: 'false' },
    ...wires,
    person(X.you, 'You', route !== 'none'),
    person(X.peer, labels.peer, route !== 'none'),
    box(X.yourNat, BASE_Y, 'NAT', labels.yourNat, state(passes, labels.yourNat)),
    box(X.theirNat, BASE_Y, 'NAT', labels.theirNat, state(passes, labels.theirNat)),
    internet(route === 'nat'),
    box(X.internet, TURN_Y, 'TURN relay', labels.turn, route === 'relay' ? 'lit' : 'absent', 100),
  );
}

/**
 * @param {boolean} passes whether the call goes this way
 * @param {string} seen the outer address, where there is one
 */
function state(passes, seen) {
  if (passes && seen) return 'lit';
  return seen ? '' : 'absent';
}

/**
 * @param {number} x
 * @param {string} name
 * @param {boolean} isLit
 */
function person(x, name, isLit) {
  return svg(
    'g',
    { class: isLit ? 'node lit' : 'node' },
    svg('circle', { cx: x, cy: BASE_Y, r: 22 }),
    svg('path', { class: 'glyph', d: `M${x - 9} ${BASE_Y + 11}a9 9 0 0 1 18 0M${x - 5} ${BASE_Y - 6}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0` }),
    svg('text', { x, y: BASE_Y - 30 }, shorten(name, 11)),
  );
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} title
 * @param {string} detail
 * @param {string} look
 * @param {number} [width]
 */
function box(x, y, title, detail, look, width = 40) {
  const below = y === BASE_Y ? y + 32 : y + 28;
  return svg(
    'g',
    { class: `node ${look}` },
    svg('rect', { x: x - width / 2, y: y - 16, width, height: 32, rx: 8 }),
    svg('text', { x, y: y + 4, class: 'glyph' }, title),
    svg('text', { x, y: below, class: 'small' }, shorten(detail, 22)),
  );
}

/** @param {boolean} isLit */
function internet(isLit) {
  const d = `M${X.internet - 14} ${BASE_Y + 9}a8 8 0 0 1 1 -16a11 11 0 0 1 20 -2a8.5 8.5 0 0 1 7 18z`;
  return svg('g', { class: isLit ? 'node lit' : 'node' }, svg('path', { d }), svg('text', { x: X.internet, y: BASE_Y + 24, class: 'small' }, 'internet'));
}

/**
 * @param {string} text
 * @param {number} limit
 */
function shorten(text, limit) {
  return text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
}
