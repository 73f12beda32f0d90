/** What a server that does not tell its rate is taken to allow. */
const UNTOLD_PER_SECOND = 10;
const SECOND_MS = 1_000;

/**
 * How fast requests may leave, so that the server need not refuse any: as many at once as it allows in a second, and then evenly. What must be
 * sent anyway is taken off what requests may use.
 */
export class Pace {
  #msPerMessage = SECOND_MS / UNTOLD_PER_SECOND;
  #fullAt = 0;

  /**
   * A new connection: its bucket is full, but for the hello.
   *
   * @param {number} perSecond as the welcome tells it; 0 = it does not
   */
  begin(perSecond) {
    this.#msPerMessage = SECOND_MS / (perSecond > 0 ? perSecond : UNTOLD_PER_SECOND);
    this.#fullAt = Date.now();
    this.spent();
  }

  /** @returns {number} how long until a request may leave, in milliseconds; never more than a second, whatever the clock does */
  get waitMs() {
    const wait = Math.ceil(this.#fullAt - Date.now() + this.#msPerMessage - SECOND_MS);
    return Math.min(SECOND_MS, Math.max(0, wait));
  }

  /** A message has left. */
  spent() {
    this.#fullAt = Math.max(this.#fullAt, Date.now()) + this.#msPerMessage;
  }
}
