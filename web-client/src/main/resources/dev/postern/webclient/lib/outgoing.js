import { Acks } from './acks.js';
import { Pace } from './pace.js';
import { Requests } from './requests.js';
import { SignalError } from './signal-error.js';

/** How often a request that the server refuses for now is made again. */
const PATIENCE = 2;

/**
 * What we say to the server: requests, each until it has its one answer and no faster than the server allows, and how far we have come in what it
 * numbered. Over a connection that was welcomed; what is asked without one waits for the next.
 */
export class Outgoing {
  #acks = new Acks(() => this.send({ t: 'ack' }));
  #requests = new Requests();
  #pace = new Pace();
  #timeoutMs;
  #write;
  #isOpen = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {number} timeoutMs how long a request may wait for its answer, dropped connections included
   * @param {(message: import('./protocol.js').ClientMessage) => void} write
   */
  constructor(timeoutMs, write) {
    this.#timeoutMs = timeoutMs;
    this.#write = write;
  }

  /** The highest sequence number that was taken. */
  get got() {
    return this.#acks.got;
  }

  /**
   * A session begins.
   *
   * @param {number} seq
   */
  restart(seq) {
    this.#acks.restart(seq);
  }

  /**
   * The welcome has come: what waits for an answer is sent, in the order of its ids. The server must hear something over a resumed connection at
   * once: it tells it that the new secret has arrived.
   *
   * @param {boolean} resumed
   * @param {number} perSecond
   */
  begin(resumed, perSecond) {
    this.#isOpen = true;
    this.#pace.begin(perSecond);
    if (resumed) this.#acks.resumed();
    if (resumed && !this.#requests.hasUnsent) this.#say({ t: 'ack', got: this.#acks.got });
    this.#pump();
  }

  /** The connection is gone: whatever has no answer is sent again over the next one, under its old id. */
  pause() {
    this.#isOpen = false;
    clearTimeout(this.#timer);
    this.#acks.stop();
    this.#requests.sendAllAgain();
  }

  /** @param {SignalError} error why no answer will come */
  rejectAll(error) {
    this.#requests.rejectAll(error);
  }

  /**
   * A numbered message has come.
   *
   * @param {number} seq
   * @returns {boolean} false for one that was taken before
   */
  take(seq) {
    return this.#acks.take(seq);
  }

  /**
   * An `ok` or `err` has come.
   *
   * @param {import('./postern-protocol.d.ts').ServerOk | import('./postern-protocol.d.ts').ServerErr} reply
   * @returns {boolean} whether somebody waited for it
   */
  settle(reply) {
    return this.#requests.settle(reply);
  }

  /**
   * Sends a message that is no request, with the cumulative ack on it.
   *
   * @param {import('./requests.js').Unacknowledged} message
   */
  send(message) {
    if (this.#isOpen) this.#say(this.#acks.ride(message));
  }

  /**
   * Asks and waits for the answer. When the server asks for patience, waits as long as it says, twice at most.
   *
   * @param {import('./requests.js').Unnumbered} fields
   * @param {() => boolean} isWanted whether to ask again after that time
   * @returns {Promise<any>}
   */
  async ask(fields, isWanted) {
    for (let patience = PATIENCE; ; patience--) {
      const answer = this.#requests.open(fields, this.#timeoutMs);
      this.#pump();
      try {
        return await answer;
      } catch (error) {
        if (patience === 0 || !(error instanceof SignalError) || !error.retry || error.afterMs <= 0) throw error;
        await new Promise((resolve) => setTimeout(resolve, error.afterMs));
        if (!isWanted()) throw error;
      }
    }
  }

  #pump() {
    while (this.#isOpen && this.#requests.hasUnsent) {
      const { waitMs } = this.#pace;
      if (waitMs > 0) {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#pump(), waitMs);
        return;
      }
      this.#say(this.#acks.ride(this.#requests.nextUnsent()));
    }
  }

  /** @param {import('./protocol.js').ClientMessage} message */
  #say(message) {
    this.#pace.spent();
    this.#write(message);
  }
}
