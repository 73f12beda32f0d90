/** Where the next connection goes: to the server that the page named, or to the one that a goodbye named, until that one does not answer. */
export class Destination {
  #home;
  #next;

  /** @param {string} home */
  constructor(home) {
    this.#home = this.#next = home;
  }

  get url() {
    return this.#next;
  }

  get isHome() {
    return this.#next === this.#home;
  }

  /**
   * A goodbye has named this address.
   *
   * @param {string} url
   * @returns {boolean} false where it is none to go to: then all stays as it is
   */
  sentTo(url) {
    const named = this.#usable(url);
    if (named) this.#next = named;
    return named !== null;
  }

  /** Nobody answers at the other address. */
  goHome() {
    this.#next = this.#home;
  }

  /**
   * A WebSocket, and never one in the clear where the page asked for TLS.
   *
   * @param {string} text
   */
  #usable(text) {
    try {
      const { protocol, username, password, hash, href } = new URL(text);
      const isSafe = protocol === 'wss:' || (protocol === 'ws:' && new URL(this.#home).protocol === 'ws:');
      return isSafe && !username && !password && !hash ? href : null;
    } catch {
      return null;
    }
  }
}
