/** A cumulative ack goes out after this many messages or this long, whichever is first, unless `got` rode on another message. */
const ACK_EVERY_MESSAGES = 16;
const ACK_EVERY_MS = 2_000;

/** How far a session has come in the numbered messages, and when to say so. */
export class Acks {
  /** The highest sequence number that was taken. */
  got = 0;
  #acked = 0;
  #say;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {() => void} say sends a message of its own for {@link ride} to be on */
  constructor(say) {
    this.#say = say;
  }

  /**
   * Begins a session.
   *
   * @param {number} seq
   */
  restart(seq) {
    this.got = this.#acked = seq;
  }

  /** A session goes on: the hello has told the server how far we are. */
  resumed() {
    this.#acked = this.got;
  }

  /**
   * @param {number} seq
   * @returns {boolean} false for a message that was already taken before the socket dropped
   */
  take(seq) {
    if (seq <= this.got) return false;
    this.got = seq;
    if (this.got - this.#acked >= ACK_EVERY_MESSAGES) this.#acknowledge();
    else this.#timer ??= setTimeout(() => this.#acknowledge(), ACK_EVERY_MS);
    return true;
  }

  #acknowledge() {
    this.stop();
    if (this.got > this.#acked) this.#say();
  }

  /**
   * Puts `got` on a message that leaves, if there is something new to say.
   *
   * @param {import('./requests.js').Unacknowledged} message
   * @returns {import('./protocol.js').ClientMessage}
   */
  ride(message) {
    const news = this.got > this.#acked ? { got: this.got } : {};
    this.#acked = this.got;
    return /** @type {import('./protocol.js').ClientMessage} */ ({ ...message, ...news });
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
