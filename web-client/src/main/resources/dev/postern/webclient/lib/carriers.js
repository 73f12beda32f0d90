/**
 * What carries the messages of a session: a WebSocket, or plain HTTP where something between page and server does not pass WebSockets on.
 *
 * @typedef {'websocket' | 'sse' | 'long-poll'} CarrierName
 *
 * @typedef {object} Carrier
 * @property {CarrierName} name may change from `sse` to `long-poll` while it is open
 * @property {(text: string) => void} send
 * @property {(code: number) => void} close ends it without a word to the owner; 1000 tells the server that the session is over
 *
 * @typedef {object} CarrierOwner
 * @property {() => void} onOpen say hello now
 * @property {(data: unknown) => void} onMessage a text, or a message that was read already
 * @property {(code: number, refusal?: import('./signal-error.js').SignalError) => void} onClose once, unless the owner closed it
 * @property {(text: string) => void} onNote
 */

/** @type {Record<CarrierName, string>} */
const WORDS = { websocket: 'WebSocket', sse: 'server-sent events', 'long-poll': 'long polling' };

/** @param {CarrierName} name */
export function carrierWords(name) {
  return WORDS[name];
}
