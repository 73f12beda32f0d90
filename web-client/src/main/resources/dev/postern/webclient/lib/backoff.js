/**
 * Reconnect delays: exponential, with jitter over the upper half, so that clients dropped together do not return together.
 * Not for retries that a server schedules itself: those carry their own delay.
 */
export class Backoff {
  #attempt = 0;

  /** @param {{firstMs?: number, capMs?: number, random?: () => number}} [options] */
  constructor({ firstMs = 400, capMs = 15_000, random = Math.random } = {}) {
    this.firstMs = firstMs;
    this.capMs = capMs;
    this.random = random;
  }

  /** @returns {number} the delay before the next attempt, in milliseconds */
  nextDelayMs() {
    const ceilingMs = Math.min(this.capMs, this.firstMs * 2 ** Math.min(this.#attempt, 30));
    this.#attempt += 1;
    return Math.round(ceilingMs / 2 + (this.random() * ceilingMs) / 2);
  }

  succeeded() {
    this.#attempt = 0;
  }
}
