import { Backoff } from './backoff.js';
import { SUBPROTOCOL } from './protocol.js';
import { explainRefusal } from './refusal.js';
import { closeError, isTerminal } from './signal-error.js';

/** How long from the start of an attempt to the server's `welcome`. */
const WELCOME_TIMEOUT_MS = 10_000;
/** Grace on top of the server's own limit before a silent socket counts as dead. */
const SILENCE_GRACE_MS = 5_000;
/** A socket that stayed open this long was a success: the next drop starts with the shortest delay again. */
const STABLE_AFTER_MS = 10_000;
/** Our own close code for a socket that is given up: not 1000 or 1001, which would end the session. */
const GIVEN_UP = 3001;

/**
 * @typedef {object} SocketOwner
 * @property {() => void} onConnecting
 * @property {() => void} onOpen say hello now
 * @property {(data: unknown) => void} onFrame
 * @property {(error: import('./signal-error.js').SignalError, retryInMs: number) => void} onWaiting
 * @property {(error: import('./signal-error.js').SignalError) => void} onEnd no further attempt will be made
 * @property {(text: string, more?: Record<string, unknown>) => void} onNote
 */

/** A WebSocket that comes back: one socket at a time, with a deadline on its welcome, a watch on silence, and backoff between attempts. */
export class SignalSocket {
  #url;
  #options;
  #owner;
  #backoff;
  /** @type {WebSocket | null} */
  #socket = null;
  #openedAt = 0;
  #lastHeard = 0;
  #deadMs = 0;
  #ended = false;
  /** @type {{advice?: string, after?: number} | null} */
  #bye = null;
  /** @type {Record<'welcome' | 'retry' | 'silence', ReturnType<typeof setTimeout> | undefined>} */
  #timers = { welcome: undefined, retry: undefined, silence: undefined };

  /**
   * @param {string} url
   * @param {{random?: () => number, WebSocket?: typeof WebSocket, fetch?: typeof fetch}} options
   * @param {SocketOwner} owner
   */
  constructor(url, options, owner) {
    this.#url = url;
    this.#options = options;
    this.#owner = owner;
    this.#backoff = new Backoff({ random: options.random });
    globalThis.addEventListener?.('online', this.#onOnline);
  }

  open() {
    clearTimeout(this.#timers.retry);
    this.#timers.retry = undefined;
    this.#bye = null;
    this.#openedAt = 0;
    this.#owner.onConnecting();
    const WebSocketType = this.#options.WebSocket ?? globalThis.WebSocket;
    const socket = new WebSocketType(this.#url, [SUBPROTOCOL]);
    this.#socket = socket;
    this.#timers.welcome = setTimeout(() => this.drop('no welcome in time'), WELCOME_TIMEOUT_MS);
    socket.onopen = () => {
      this.#openedAt = Date.now();
      this.#owner.onOpen();
    };
    socket.onmessage = (event) => {
      this.#lastHeard = Date.now();
      this.#owner.onFrame(event.data);
    };
    socket.onclose = (event) => void this.#onClose(socket, event.code);
  }

  /** @param {string} text */
  send(text) {
    if (this.#socket?.readyState === 1) this.#socket.send(text);
  }

  /**
   * The server has welcomed us.
   *
   * @param {number} deadMs after how much silence it considers a connection dead; 0 = it does not say
   */
  welcomed(deadMs) {
    clearTimeout(this.#timers.welcome);
    this.#deadMs = deadMs;
    this.#watchSilence();
  }

  /**
   * The server announced that it will close.
   *
   * @param {{advice?: string, after?: number}} bye
   */
  announced(bye) {
    this.#bye = bye;
  }

  /** Whether the server advised to begin anew instead of resuming. */
  get adviseNew() {
    return this.#bye?.advice === 'reconnect';
  }

  /**
   * Gives the socket up without waiting for the other side, which may be gone.
   *
   * @param {string} why
   */
  drop(why) {
    const socket = this.#socket;
    if (!socket) return;
    this.#owner.onNote(why);
    silence(socket);
    socket.close(GIVEN_UP);
    void this.#onClose(socket, GIVEN_UP);
  }

  /** Closes for good with code 1000. */
  end() {
    this.#ended = true;
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    globalThis.removeEventListener?.('online', this.#onOnline);
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    silence(socket);
    socket.close(1000);
  }

  /**
   * @param {WebSocket} socket
   * @param {number} code
   */
  async #onClose(socket, code) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    clearTimeout(this.#timers.welcome);
    clearTimeout(this.#timers.silence);
    const opened = this.#openedAt > 0;
    if (opened && Date.now() - this.#openedAt >= STABLE_AFTER_MS) this.#backoff.succeeded();
    const error = opened ? closeError(code) : await explainRefusal(this.#url, this.#options.fetch ?? globalThis.fetch.bind(globalThis));
    if (this.#ended) return;
    this.#owner.onNote(opened ? `socket closed (${code})` : 'socket did not open', { reason: error.name });
    if (this.#bye?.advice === 'stop' || isTerminal(code) || !error.retry) {
      this.#owner.onEnd(error);
      return;
    }
    const retryInMs = Math.max(this.#bye?.after ?? 0, this.#backoff.nextDelayMs());
    this.#timers.retry = setTimeout(() => this.open(), retryInMs);
    this.#owner.onWaiting(error, retryInMs);
  }

  #onOnline = () => {
    if (this.#timers.retry !== undefined) this.open();
  };

  /** The server pings; a socket on which nothing came for longer than the server allows itself is dead. */
  #watchSilence() {
    clearTimeout(this.#timers.silence);
    if (!this.#deadMs) return;
    const limitMs = this.#deadMs + SILENCE_GRACE_MS;
    this.#timers.silence = setTimeout(() => {
      if (Date.now() - this.#lastHeard < limitMs) this.#watchSilence();
      else this.drop('nothing heard for too long');
    }, limitMs);
  }
}

/** @param {WebSocket} socket */
function silence(socket) {
  socket.onopen = socket.onmessage = socket.onclose = null;
}
