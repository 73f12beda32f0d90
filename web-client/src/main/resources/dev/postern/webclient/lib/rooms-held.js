/** @typedef {{name?: string, meta?: Record<string, unknown>}} As what we say of ourselves in a room */

/** The rooms that we are in and mean to stay in: those to join again where a session is lost. */
export class RoomsHeld {
  /** @type {Map<string, As>} */
  #asked = new Map();
  /** @type {Map<string, As>} */
  #held = new Map();

  /**
   * We ask to come into a room.
   *
   * @param {string} room
   * @param {As} as
   */
  asked(room, as) {
    this.#asked.set(room, as);
  }

  /**
   * The server has let us in; nothing to keep where a later request to leave is already on its way.
   *
   * @param {string} room
   * @param {As} as
   */
  joined(room, as) {
    if (this.#take(room, as)) this.#held.set(room, as);
  }

  /**
   * @param {string} room
   * @param {As} as
   */
  refused(room, as) {
    this.#take(room, as);
  }

  /** @param {string} room which we have asked to leave, or were sent out of */
  removed(room) {
    this.#asked.delete(room);
    this.#held.delete(room);
  }

  /** @returns {[string, As][]} */
  all() {
    return [...this.#held];
  }

  clear() {
    this.#asked.clear();
    this.#held.clear();
  }

  /**
   * @param {string} room
   * @param {As} as
   */
  #take(room, as) {
    return this.#asked.get(room) === as && this.#asked.delete(room);
  }
}
