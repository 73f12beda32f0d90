/** The names of the signaling protocol, version 1, as a client sees them. The messages themselves are in `docs/signaling-protocol.md`. */

export const SUBPROTOCOL = 'postern.v1.json';
export const SOCKET_PATH = '/signal/v1/ws';
export const VERSION = 1;

/**
 * The messages as the server's Java types have them: `postern-protocol.d.ts` is made from those.
 *
 * @typedef {import('./postern-protocol.d.ts').Peer} Peer somebody in a room; `name` and `meta` come from a stranger
 * @typedef {import('./postern-protocol.d.ts').Candidate} Candidate
 * @typedef {import('./postern-protocol.d.ts').Description} Description
 * @typedef {import('./postern-protocol.d.ts').ClientMessage} ClientMessage
 * @typedef {import('./postern-protocol.d.ts').ClientRequest} ClientRequest
 * @typedef {import('./postern-protocol.d.ts').ServerMessage} ServerMessage
 *
 * What the events of `SignalClient` have as `detail`:
 *
 * @typedef {Pick<import('./postern-protocol.d.ts').ServerWelcome, 'resumed' | 'lost' | 'peer' | 'sid'>} Session what a welcome tells
 * @typedef {Required<Pick<import('./postern-protocol.d.ts').ServerOk, 'room' | 'you' | 'role' | 'locked' | 'peers'>> & {again: boolean}} Joined `again` = the client came back by itself after a lost session
 * @typedef {{room: string, why?: import('./postern-protocol.d.ts').LeaveReason}} Left we were sent out of a room
 * @typedef {import('./postern-protocol.d.ts').ServerRoomChange} RoomEvent
 * @typedef {{inMs: number}} Expiring how long until the session ends, unless a newer token comes
 * @typedef {import('./postern-protocol.d.ts').ServerPeerChange} PeerEvent
 * @typedef {import('./postern-protocol.d.ts').ServerSig} SigEvent
 * @typedef {import('./postern-protocol.d.ts').ServerIce} IceEvent
 *
 * @typedef {'idle'|'connecting'|'open'|'waiting'|'closed'} SignalState `waiting` = no socket, another attempt is scheduled
 * @typedef {{state: SignalState, error?: import('./signal-error.js').SignalError, retryInMs?: number}} StateEvent
 * @typedef {{direction: 'in'|'out'|'note', type: string, message: any, at: number}} LogEvent `message` holds no secret
 */

/**
 * @typedef {object} SignalOptions
 * @property {import('./token.js').TokenSource} [token] shown to the server; a function is asked for each `hello`, and when one ends soon
 * @property {number} [timeoutMs] how long a request may wait for its answer, dropped connections included
 * @property {import('./carriers.js').CarrierName | 'auto'} [carrier] `auto` = a WebSocket, and plain HTTP where that does not get through
 * @property {() => number} [random] jitter, for tests
 * @property {typeof WebSocket} [WebSocket]
 * @property {typeof fetch} [fetch]
 */

/**
 * The first message on every socket.
 *
 * @param {string | undefined} token
 * @param {{sid: string, secret: string, epoch: string, got: number, attempt: number} | null} resume the session that is asked for
 * @returns {import('./postern-protocol.d.ts').ClientHello}
 */
export function hello(token, resume) {
  return { t: 'hello', v: VERSION, caps: ['end-of-candidates'], ...(token && { token }), ...(resume && { resume }) };
}

/**
 * @param {string} [path] as the page would write it
 * @returns {string} the socket's URL on the origin that served this page
 */
export function sameOriginUrl(path = SOCKET_PATH) {
  const here = globalThis.location;
  if (!here) throw new TypeError('Give SignalClient a URL: there is no page origin to take it from.');
  const url = new URL(path, here.href);
  url.protocol = here.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/**
 * Where something else of the server is: beside its WebSocket, whatever the path up to there.
 *
 * @param {string} socketUrl
 * @param {'check' | 'stream'} name
 */
export function httpUrl(socketUrl, name) {
  const url = new URL(name, socketUrl);
  url.protocol = url.protocol === 'wss:' ? 'https:' : 'http:';
  return url.href;
}

/**
 * @param {unknown} data a frame, or a message that was read already
 * @returns {ServerMessage | null} a message, of a type that may be newer than this client; its fields are the server's word
 */
export function parseMessage(data) {
  try {
    /** @type {any} */
    const message = typeof data === 'string' ? JSON.parse(data) : data;
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
