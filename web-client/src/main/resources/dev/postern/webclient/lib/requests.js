import { SignalError } from './signal-error.js';

/**
 * @typedef {object} Pending
 * @property {Record<string, unknown>} message with its id
 * @property {(answer: any) => void} resolve
 * @property {(error: Error) => void} reject
 * @property {ReturnType<typeof setTimeout>} timer
 */

/** The requests that still wait for their one answer, in the order of their ids. Bounded: a client that is offline must not hoard. */
export class Requests {
  static MAX_PENDING = 256;

  #lastId = 0;
  /** @type {Map<number, Pending>} */
  #pending = new Map();

  /**
   * Gives the message the next id and waits for the answer.
   *
   * @param {Record<string, unknown>} fields
   * @param {number} timeoutMs
   * @returns {{message: Record<string, unknown>, answer: Promise<any>}}
   */
  open(fields, timeoutMs) {
    if (this.#pending.size >= Requests.MAX_PENDING) {
      const error = new SignalError('too_many_requests', 'Too many requests wait for the signaling server.', { retry: true });
      return { message: fields, answer: Promise.reject(error) };
    }
    const id = ++this.#lastId;
    const message = { ...fields, id };
    const answer = new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        const what = `The signaling server did not answer '${fields.t}' within ${Math.round(timeoutMs / 1000)} s.`;
        reject(new SignalError('timeout', what, { retry: true }));
      }, timeoutMs);
      this.#pending.set(id, { message, resolve, reject, timer });
    });
    return { message, answer };
  }

  /**
   * Takes an `ok` or `err`. An answer to nothing is ignored: the request may have timed out.
   *
   * @param {any} reply
   * @returns {boolean} whether somebody waited for it
   */
  settle(reply) {
    const pending = this.#pending.get(reply.re);
    if (!pending) return false;
    this.#pending.delete(reply.re);
    clearTimeout(pending.timer);
    if (reply.t === 'ok') pending.resolve(reply);
    else pending.reject(answerError(reply));
    return true;
  }

  /** The messages without an answer, to be sent again over a resumed session: the server answers a known id from its cache. */
  unanswered() {
    return [...this.#pending.values()].map((pending) => pending.message);
  }

  /** @param {SignalError} error */
  rejectAll(error) {
    for (const pending of this.#pending.values()) {
      clearTimeout(pending.timer);
      pending.reject(error);
    }
    this.#pending.clear();
  }

  get size() {
    return this.#pending.size;
  }
}

/**
 * @param {any} reply an `err` message
 * @returns {SignalError}
 */
export function answerError(reply) {
  const name = typeof reply.name === 'string' ? reply.name : 'error';
  const detail = typeof reply.detail === 'string' && reply.detail ? reply.detail : `The signaling server answered: ${name}.`;
  return new SignalError(name, detail, { code: Number(reply.code) || 0, retry: reply.retry === true, afterMs: Number(reply.after) || 0 });
}
