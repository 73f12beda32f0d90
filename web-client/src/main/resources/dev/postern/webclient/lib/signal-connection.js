import { Backoff } from './backoff.js';
import { carrierWords } from './carriers.js';
import { Destination } from './destination.js';
import { explainRefusal } from './refusal.js';
import { closeError, isTerminal } from './signal-error.js';
import { SocketCarrier } from './socket-carrier.js';
import { StreamCarrier } from './stream-carrier.js';

/** How long from the start of an attempt to the server's `welcome`. */
const WELCOME_TIMEOUT_MS = 10_000;
/** A WebSocket that is not open by then races against plain HTTP. */
const RACE_AFTER_MS = 3_000;
/** Grace on top of the server's own limit before a silent connection counts as dead. */
const SILENCE_GRACE_MS = 5_000;
/** A connection that lived this long was a success: the next drop starts with the shortest delay again. */
const STABLE_AFTER_MS = 10_000;
/** So many WebSockets in a row that were cut before that are no accident. */
const SHORT_LIVES = 2;
/** Our own close code for a connection that is given up: not 1000 or 1001, which would end the session. */
const GIVEN_UP = 3001;
/** Our own, where nothing is wrong with what carried it. */
const OUR_FAULT = 4000;
/** Close codes from here on are the server's words: what brought them works. */
const FIRST_OWN_CODE = 4000;

/**
 * @typedef {object} ConnectionOwner
 * @property {() => void} onConnecting
 * @property {() => void} onOpen say hello now
 * @property {(data: unknown) => void} onFrame
 * @property {(error: import('./signal-error.js').SignalError, retryInMs: number) => void} onWaiting
 * @property {(error: import('./signal-error.js').SignalError) => void} onEnd no further attempt will be made
 * @property {(text: string, more?: Record<string, unknown>) => void} onNote
 *
 * @typedef {object} ConnectionOptions
 * @property {import('./carriers.js').CarrierName | 'auto'} [carrier] `auto` = a WebSocket, and plain HTTP where that does not get through
 * @property {() => number} [random]
 * @property {typeof WebSocket} [WebSocket]
 * @property {typeof fetch} [fetch]
 */

/**
 * A connection that comes back: one carrier at a time, with a deadline on its welcome, a watch on silence, and backoff between attempts. Which
 * carrier works is found out once and remembered until it fails or the device comes to another network.
 */
export class SignalConnection {
  #destination;
  #options;
  #owner;
  #backoff;
  /** @type {import('./carriers.js').Carrier | null} */
  #carrier = null;
  /** @type {import('./carriers.js').CarrierName | null} */
  #remembered = null;
  #openedAt = 0;
  #isWelcomed = false;
  #shortLives = 0;
  #lastHeard = 0;
  #deadMs = 0;
  #ended = false;
  /** @type {{advice?: string, after?: number, url?: string} | null} */
  #bye = null;
  /** @type {Record<'welcome' | 'race' | 'retry' | 'silence', ReturnType<typeof setTimeout> | undefined>} */
  #timers = { welcome: undefined, race: undefined, retry: undefined, silence: undefined };

  /**
   * @param {string} url
   * @param {ConnectionOptions} options
   * @param {ConnectionOwner} owner
   */
  constructor(url, options, owner) {
    this.#destination = new Destination(url);
    this.#options = options;
    this.#owner = owner;
    this.#backoff = new Backoff({ random: options.random });
    globalThis.addEventListener?.('online', this.#onOnline);
  }

  open() {
    clearTimeout(this.#timers.retry);
    this.#timers.retry = undefined;
    this.#bye = null;
    this.#owner.onConnecting();
    this.#start(this.#isAuto ? (this.#remembered ?? 'websocket') : (this.#options.carrier ?? 'websocket'));
  }

  get #isAuto() {
    return (this.#options.carrier ?? 'auto') === 'auto';
  }

  get #fetch() {
    return this.#options.fetch ?? globalThis.fetch.bind(globalThis);
  }

  /** @returns {import('./carriers.js').CarrierName | null} what carries the session now */
  get carrier() {
    return this.#isWelcomed ? (this.#carrier?.name ?? null) : null;
  }

  /** @param {string} name */
  #start(name) {
    this.#openedAt = 0;
    this.#isWelcomed = false;
    /** @type {import('./carriers.js').CarrierOwner} */
    const owner = {
      onOpen: () => this.#onOpen(carrier),
      onMessage: (data) => this.#onMessage(carrier, data),
      onClose: (code, refusal) => void this.#onClose(carrier, code, refusal),
      onNote: (text) => this.#owner.onNote(text),
    };
    const carrier = name === 'websocket'
      ? new SocketCarrier(this.#destination.url, this.#options.WebSocket ?? globalThis.WebSocket, owner)
      : new StreamCarrier(this.#destination.url, name === 'sse' ? 'sse' : 'long-poll', this.#isAuto, this.#fetch, owner);
    this.#carrier = carrier;
    this.#timers.welcome = setTimeout(() => this.drop('no welcome in time'), WELCOME_TIMEOUT_MS);
    if (this.#isAuto && name === 'websocket') this.#timers.race = setTimeout(() => void this.#race(carrier), RACE_AFTER_MS);
  }

  /**
   * The WebSocket takes its time: if the server answers over plain HTTP before it opens, that is the way. Only one of them says hello.
   *
   * @param {import('./carriers.js').Carrier} socket
   */
  async #race(socket) {
    const verdict = await explainRefusal(this.#destination.url, this.#fetch);
    if (socket !== this.#carrier || this.#openedAt > 0 || verdict.name !== 'no_websocket') return;
    socket.close(GIVEN_UP);
    this.#fallBack();
  }

  #fallBack() {
    clearTimeout(this.#timers.welcome);
    clearTimeout(this.#timers.race);
    this.#owner.onNote('the WebSocket does not get through, so plain HTTP instead');
    this.#remembered = 'sse';
    this.#start('sse');
  }

  /** @param {import('./carriers.js').Carrier} carrier */
  #onOpen(carrier) {
    if (carrier !== this.#carrier) return;
    clearTimeout(this.#timers.race);
    this.#openedAt = Date.now();
    this.#owner.onOpen();
  }

  /**
   * @param {import('./carriers.js').Carrier} carrier
   * @param {unknown} data
   */
  #onMessage(carrier, data) {
    if (carrier !== this.#carrier) return;
    this.#lastHeard = Date.now();
    this.#owner.onFrame(data);
  }

  /** @param {string} text */
  send(text) {
    this.#carrier?.send(text);
  }

  /**
   * The server has welcomed us.
   *
   * @param {number} deadMs after how much silence it considers a connection dead; 0 = it does not say
   */
  welcomed(deadMs) {
    clearTimeout(this.#timers.welcome);
    this.#deadMs = deadMs;
    this.#isWelcomed = true;
    this.#remembered = this.#carrier?.name ?? null;
    this.#owner.onNote(`carried by ${carrierWords(this.#carrier?.name ?? 'websocket')}`);
    this.#watchSilence();
  }

  /**
   * The server announced that it will close.
   *
   * @param {{advice?: string, after?: number, url?: string}} bye
   */
  announced(bye) {
    this.#bye = bye;
  }

  /** Whether the server advised to begin anew instead of resuming. */
  get adviseNew() {
    return this.#bye?.advice === 'reconnect';
  }

  /**
   * Gives the connection up without waiting for the other side, which may be gone.
   *
   * @param {string} why
   * @param {boolean} [isOurFault] then it says nothing against what carried it
   * @param {import('./signal-error.js').SignalError} [refusal] what the server said
   */
  drop(why, isOurFault = false, refusal) {
    const carrier = this.#carrier;
    if (!carrier) return;
    this.#owner.onNote(why);
    const code = isOurFault ? OUR_FAULT : GIVEN_UP;
    carrier.close(code);
    void this.#onClose(carrier, code, refusal);
  }

  /** Closes for good with code 1000. */
  end() {
    this.#ended = true;
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    globalThis.removeEventListener?.('online', this.#onOnline);
    this.#carrier?.close(1000);
    this.#carrier = null;
  }

  /**
   * @param {import('./carriers.js').Carrier} carrier
   * @param {number} code
   * @param {import('./signal-error.js').SignalError} [refusal]
   */
  async #onClose(carrier, code, refusal) {
    if (carrier !== this.#carrier) return;
    this.#carrier = null;
    for (const timer of ['welcome', 'race', 'silence']) clearTimeout(this.#timers[/** @type {'welcome'} */ (timer)]);
    const opened = this.#openedAt > 0;
    this.#learn(carrier, code);
    const error = refusal ?? (opened ? closeError(code) : await explainRefusal(this.#destination.url, this.#fetch));
    if (this.#ended) return;
    this.#owner.onNote(opened ? `connection closed (${code})` : 'socket did not open', { reason: error.name });
    // Another server than the page's own does not speak for that one.
    const isRefused = !error.retry && this.#destination.isHome;
    if (this.#bye?.advice === 'stop' || isTerminal(code) || isRefused) {
      this.#owner.onEnd(error);
    } else if (this.#isAuto && !opened && error.name === 'no_websocket') {
      this.#fallBack();
    } else {
      this.#choosePlace(code === OUR_FAULT);
      const retryInMs = Math.max(this.#bye?.after ?? 0, error.afterMs, this.#backoff.nextDelayMs());
      this.#timers.retry = setTimeout(() => this.open(), retryInMs);
      this.#owner.onWaiting(error, retryInMs);
    }
  }

  /**
   * Goes where a goodbye sends us, and home from where nobody has answered.
   *
   * @param {boolean} isOurFault
   */
  #choosePlace(isOurFault) {
    const place = this.#destination;
    if (!this.#bye && !this.#isWelcomed && !isOurFault) place.goHome();
    const url = this.#bye?.url;
    if (typeof url !== 'string') return;
    this.#owner.onNote(place.sentTo(url) ? `sent to ${new URL(place.url).host}` : 'sent to an address that is passed over');
  }

  /**
   * What the end of a carrier says about the next attempt.
   *
   * @param {import('./carriers.js').Carrier} carrier
   * @param {number} code
   */
  #learn(carrier, code) {
    const isStable = this.#isWelcomed && Date.now() - this.#openedAt >= STABLE_AFTER_MS;
    if (isStable) this.#backoff.succeeded();
    if (carrier.name !== 'websocket') {
      this.#remembered = this.#isWelcomed || code === OUR_FAULT ? carrier.name : null;
      return;
    }
    const isCut = this.#openedAt > 0 && code < FIRST_OWN_CODE && (code !== GIVEN_UP || !this.#isWelcomed);
    this.#shortLives = isCut && !isStable ? this.#shortLives + 1 : 0;
    if (isCut && (!this.#isWelcomed || this.#shortLives >= SHORT_LIVES)) this.#remembered = 'sse';
  }

  #onOnline = () => {
    this.#remembered = null;
    if (this.#timers.retry !== undefined) this.open();
  };

  /** The server pings; a connection on which nothing came for longer than the server allows itself is dead. */
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
