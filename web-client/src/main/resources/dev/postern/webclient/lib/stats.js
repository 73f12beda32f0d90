/**
 * @typedef {object} CandidateRow
 * @property {string} id
 * @property {string} type host, srflx, prflx or relay
 * @property {string} protocol udp or tcp
 * @property {string} address empty where the browser hides it
 * @property {number} port
 * @property {string} relayProtocol how we reach the TURN server: udp, tcp or tls; empty for the rest
 * @property {string} url the server that gave it
 * @property {string} foundation
 * @property {number} priority
 *
 * @typedef {object} PairRow
 * @property {string} id
 * @property {CandidateRow | null} local
 * @property {CandidateRow | null} remote
 * @property {string} state
 * @property {boolean} nominated
 * @property {boolean} selected the pair that carries the call
 * @property {number | null} rttMs the newest round trip of its checks
 * @property {number} bytesSent
 * @property {number} bytesReceived
 * @property {number} checksSent
 * @property {number} checksAnswered
 *
 * @typedef {object} Media
 * @property {number} framesDecoded
 * @property {number} framesSent
 * @property {number} framesPerSecond
 * @property {number} width
 * @property {number} height
 * @property {number} packetsLost
 * @property {number} packetsReceived
 * @property {number} jitterMs
 *
 * @typedef {object} Snapshot
 * @property {number} at milliseconds, of the browser's own statistics clock
 * @property {'none' | 'direct' | 'relay'} path
 * @property {PairRow | null} pair
 * @property {PairRow[]} pairs
 * @property {CandidateRow[]} local
 * @property {CandidateRow[]} remote
 * @property {Media} media
 * @property {string} dtls
 * @property {number} pathChanges how often another pair was selected
 */

/**
 * What a connection is doing, in one value: candidates, pairs, the selected one, media counters.
 *
 * @param {RTCPeerConnection} pc
 * @returns {Promise<Snapshot>}
 */
export async function readStats(pc) {
  return summarize([...(await pc.getStats()).values()]);
}

/**
 * @param {any[]} reports the entries of `getStats()`
 * @returns {Snapshot}
 */
export function summarize(reports) {
  const byType = (/** @type {string} */ type) => reports.filter((report) => report.type === type);
  const transport = byType('transport')[0];
  const local = byType('local-candidate').map(candidateRow);
  const remote = byType('remote-candidate').map(candidateRow);
  const pairs = byType('candidate-pair').map((report) => pairRow(report, transport, local, remote));
  const pair = pairs.find((one) => one.selected) ?? null;
  return {
    at: transport?.timestamp ?? reports[0]?.timestamp ?? 0,
    path: pathOf(pair),
    pair,
    pairs: pairs.sort(bySelectedThenState),
    local,
    remote,
    media: mediaCounters(byType('inbound-rtp'), byType('outbound-rtp')),
    dtls: transport?.dtlsState ?? '',
    pathChanges: transport?.selectedCandidatePairChanges ?? 0,
  };
}

/**
 * Bits per second between two snapshots, over the selected pair.
 *
 * @param {Snapshot | null} before
 * @param {Snapshot} now
 * @returns {{out: number, in: number}} zero after a change of path, whose counters start anew
 */
export function throughput(before, now) {
  if (!before?.pair || !now.pair || before.pair.id !== now.pair.id || now.at <= before.at) return { out: 0, in: 0 };
  const seconds = (now.at - before.at) / 1000;
  const rate = (/** @type {number} */ later, /** @type {number} */ earlier) => Math.max(0, Math.round(((later - earlier) * 8) / seconds));
  return { out: rate(now.pair.bytesSent, before.pair.bytesSent), in: rate(now.pair.bytesReceived, before.pair.bytesReceived) };
}

/**
 * Whether the two ends reach each other at their own addresses. A reflexive candidate with a private address counts as one: it is a host
 * that had not been announced, or seen by a server in the same network.
 *
 * @param {PairRow} pair
 */
export function withoutNat({ local, remote }) {
  return [local, remote].every((one) => one?.type === 'host' || (one && one.type !== 'relay' && PRIVATE.test(one.address)));
}

/** RFC 1918, loopback, link-local, and their likes in IPv6; an address that the browser hides is a private one too. */
const PRIVATE = /^$|\.local$|^(10|127)\.|^192\.168\.|^172\.(1[6-9]|2\d|3[01])\.|^169\.254\.|^(f[cd]|fe[89ab]).*:|^::1$/i;

/**
 * @param {any} report
 * @returns {CandidateRow}
 */
function candidateRow(report) {
  return {
    id: report.id,
    type: report.candidateType ?? '',
    protocol: report.protocol ?? '',
    address: report.address ?? report.ip ?? '',
    port: report.port ?? 0,
    relayProtocol: report.relayProtocol ?? '',
    url: report.url ?? '',
    foundation: report.foundation ?? '',
    priority: report.priority ?? 0,
  };
}

/**
 * @param {any} report
 * @param {any} transport
 * @param {CandidateRow[]} local
 * @param {CandidateRow[]} remote
 * @returns {PairRow}
 */
function pairRow(report, transport, local, remote) {
  const seconds = report.currentRoundTripTime;
  return {
    id: report.id,
    local: local.find((one) => one.id === report.localCandidateId) ?? null,
    remote: remote.find((one) => one.id === report.remoteCandidateId) ?? null,
    state: report.state ?? '',
    nominated: report.nominated === true,
    selected: report.selected === true || transport?.selectedCandidatePairId === report.id,
    rttMs: typeof seconds === 'number' && report.responsesReceived !== 0 ? seconds * 1000 : null,
    bytesSent: report.bytesSent ?? 0,
    bytesReceived: report.bytesReceived ?? 0,
    checksSent: report.requestsSent ?? 0,
    checksAnswered: report.responsesReceived ?? 0,
  };
}

/**
 * @param {PairRow | null} pair
 * @returns {'none' | 'direct' | 'relay'}
 */
function pathOf(pair) {
  if (!pair) return 'none';
  return pair.local?.type === 'relay' || pair.remote?.type === 'relay' ? 'relay' : 'direct';
}

const STATE_ORDER = ['succeeded', 'in-progress', 'waiting', 'frozen', 'failed'];

/**
 * @param {PairRow} a
 * @param {PairRow} b
 */
function bySelectedThenState(a, b) {
  if (a.selected !== b.selected) return a.selected ? -1 : 1;
  return STATE_ORDER.indexOf(a.state) - STATE_ORDER.indexOf(b.state);
}

/**
 * @param {any[]} inbound
 * @param {any[]} outbound
 * @returns {Media}
 */
function mediaCounters(inbound, outbound) {
  const sum = (/** @type {any[]} */ reports, /** @type {string} */ key) => reports.reduce((total, report) => total + (report[key] ?? 0), 0);
  const video = inbound.find((report) => report.kind === 'video');
  return {
    framesDecoded: sum(inbound, 'framesDecoded'),
    framesSent: sum(outbound, 'framesSent'),
    framesPerSecond: video?.framesPerSecond ?? 0,
    width: video?.frameWidth ?? 0,
    height: video?.frameHeight ?? 0,
    packetsLost: sum(inbound, 'packetsLost'),
    packetsReceived: sum(inbound, 'packetsReceived'),
    jitterMs: (video?.jitter ?? inbound[0]?.jitter ?? 0) * 1000,
  };
}
