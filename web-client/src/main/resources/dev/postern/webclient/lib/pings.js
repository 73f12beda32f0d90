import { SignalError } from './signal-error.js';

const TIMEOUT_MS = 10_000;

/** The pings that wait for their pong, in order. */
export class Pings {
  /** @type {(() => void)[]} */
  #waiting = [];

  /** @returns {Promise<number>} the time to the pong in milliseconds */
  begin() {
    return new Promise((resolve, reject) => {
      const sentAt = performance.now();
      const late = new SignalError('timeout', 'The signaling server did not answer a ping.', { retry: true });
      const timer = setTimeout(() => reject(late), TIMEOUT_MS);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve(performance.now() - sentAt);
      });
    });
  }

  answered() {
    this.#waiting.shift()?.();
  }

  forget() {
    this.#waiting = [];
  }
}
