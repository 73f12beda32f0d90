/** The names of the signaling protocol, version 1, as a client sees them. The messages themselves are in `docs/signaling-protocol.md`. */

export const SUBPROTOCOL = 'postern.v1.json';
export const SOCKET_PATH = '/signal/v1/ws';
export const CHECK_PATH = '/signal/v1/check';
export const VERSION = 1;

/**
 * @typedef {object} Peer somebody in a room
 * @property {string} id
 * @property {string} [name] the name they gave themselves: text from a stranger
 * @property {Record<string, unknown>} [meta]
 * @property {boolean} polite whether *we* yield when both sides offer at once
 *
 * @typedef {{resumed: boolean, lost: number, peer: string, sid: string}} Session what a welcome tells
 * @typedef {{room: string, you: string, peers: Peer[], again: boolean}} Joined `again` = the client came back by itself after a lost session
 * @typedef {{ev: 'join'|'leave'|'lost'|'back'|'meta', room: string, peer: Peer, why?: string}} PeerEvent
 *
 * @typedef {{type: 'offer'|'answer'|'rollback', sdp: string}} Description
 * @typedef {{from: string, room: string, neg: number, gen: number, d: Description}} SigEvent
 * @typedef {{from: string, room: string, gen: number, c: RTCIceCandidateInit[], end?: boolean}} IceEvent
 *
 * @typedef {'idle'|'connecting'|'open'|'waiting'|'closed'} SignalState `waiting` = no socket, another attempt is scheduled
 * @typedef {{state: SignalState, error?: import('./signal-error.js').SignalError, retryInMs?: number}} StateEvent
 * @typedef {{direction: 'in'|'out'|'note', type: string, message: any, at: number}} LogEvent `message` holds no secret
 */

/** @returns {string} the socket's URL on the origin that served this page */
export function sameOriginUrl() {
  const here = globalThis.location;
  if (!here) throw new TypeError('Give SignalClient a URL: there is no page origin to take it from.');
  return `${here.protocol === 'https:' ? 'wss' : 'ws'}://${here.host}${SOCKET_PATH}`;
}

/**
 * @param {unknown} data a frame
 * @returns {any} a message, or null
 */
export function parseMessage(data) {
  if (typeof data !== 'string') return null;
  try {
    const message = JSON.parse(data);
    return message && typeof message === 'object' && typeof message.t === 'string' ? message : null;
  } catch {
    return null;
  }
}

/**
 * @param {unknown} servers
 * @returns {RTCIceServer[]}
 */
export function iceServers(servers) {
  return Array.isArray(servers) ? servers.filter((server) => server?.urls) : [];
}
