import { SUBPROTOCOL } from './protocol.js';

/** One WebSocket. */
export class SocketCarrier {
  /** @type {import('./carriers.js').CarrierName} */
  name = 'websocket';
  #socket;

  /**
   * @param {string} url
   * @param {typeof WebSocket} WebSocketType
   * @param {import('./carriers.js').CarrierOwner} owner
   */
  constructor(url, WebSocketType, owner) {
    this.#socket = new WebSocketType(url, [SUBPROTOCOL]);
    this.#socket.onopen = () => owner.onOpen();
    this.#socket.onmessage = (event) => owner.onMessage(event.data);
    this.#socket.onclose = (event) => owner.onClose(event.code);
  }

  /** @param {string} text */
  send(text) {
    if (this.#socket.readyState === 1) this.#socket.send(text);
  }

  /** @param {number} code */
  close(code) {
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close(code);
  }
}
