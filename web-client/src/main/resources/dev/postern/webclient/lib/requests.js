import { SignalError } from './signal-error.js';

/**
 * @typedef {import('./protocol.js').ClientRequest extends infer R ? R extends {id: number} ? Omit<R, 'id' | 'got'> : never : never} Unnumbered a
 *     request that has no id yet
 * @typedef {import('./protocol.js').ClientMessage extends infer M ? M extends unknown ? Omit<M, 'got'> : never : never} Unacknowledged a message
 *     on which no `got` rides yet
 *
 * @typedef {object} Pending
 * @property {Unacknowledged} message with its id
 * @property {(answer: any) => void} resolve
 * @property {(error: Error) => void} reject
 * @property {ReturnType<typeof setTimeout>} timer
 */

/**
 * The requests that still wait for their one answer, in the order of their ids, and which of them the current connection has not carried yet.
 * Bounded: a client that is offline must not hoard.
 */
export class Requests {
  static MAX_PENDING = 256;

  #lastId = 0;
  /** @type {Map<number, Pending>} */
  #pending = new Map();
  /** @type {number[]} */
  #unsent = [];

  /**
   * Gives the message the next id and waits for the answer.
   *
   * @param {Unnumbered} fields
   * @param {number} timeoutMs
   * @returns {Promise<import('./postern-protocol.d.ts').ServerOk>}
   */
  async open(fields, timeoutMs) {
    if (this.#pending.size >= Requests.MAX_PENDING) {
      throw new SignalError('too_many_requests', 'Too many requests wait for the signaling server.', { retry: true });
    }
    const id = ++this.#lastId;
    const message = /** @type {Unacknowledged} */ ({ ...fields, id });
    this.#unsent.push(id);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#pending.delete(id);
        const what = `The signaling server did not answer '${fields.t}' within ${Math.round(timeoutMs / 1000)} s.`;
        reject(new SignalError('timeout', what, { retry: true }));
      }, timeoutMs);
      this.#pending.set(id, { message, resolve, reject, timer });
    });
  }

  /** Whether there is a request that this connection has not carried. */
  get hasUnsent() {
    while (this.#unsent.length > 0 && !this.#pending.has(this.#unsent[0])) this.#unsent.shift();
    return this.#unsent.length > 0;
  }

  /** Takes the first of them; there must be one. */
  nextUnsent() {
    return /** @type {Pending} */ (this.#pending.get(/** @type {number} */ (this.#unsent.shift()))).message;
  }

  /** What has no answer is sent again over a resumed session: the server answers a known id from its cache. */
  sendAllAgain() {
    this.#unsent = [...this.#pending.keys()];
  }

  /**
   * Takes an `ok` or `err`. An answer to nothing is ignored: the request may have timed out.
   *
   * @param {import('./postern-protocol.d.ts').ServerOk | import('./postern-protocol.d.ts').ServerErr} reply
   * @returns {boolean} whether somebody waited for it
   */
  settle(reply) {
    const id = Number(reply.re);
    const pending = this.#pending.get(id);
    if (!pending) return false;
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    if (reply.t === 'ok') pending.resolve(reply);
    else pending.reject(answerError(reply));
    return true;
  }

  /** @param {SignalError} error */
  rejectAll(error) {
    for (const pending of this.#pending.values()) {
      clearTimeout(pending.timer);
      pending.reject(error);
    }
    this.#pending.clear();
    this.#unsent = [];
  }
}

/**
 * @param {import('./postern-protocol.d.ts').ServerErr} reply
 * @returns {SignalError}
 */
export function answerError(reply) {
  const name = typeof reply.name === 'string' ? reply.name : 'error';
  const detail = typeof reply.detail === 'string' && reply.detail ? reply.detail : `The signaling server answered: ${name}.`;
  return new SignalError(name, detail, { code: Number(reply.code) || 0, retry: reply.retry === true, afterMs: Number(reply.after) || 0 });
}
