/** @typedef {string | (() => string | Promise<string>)} TokenSource a token, or what gets one: asked anew whenever one is needed */

/** What shows the server who we are. */
export class Token {
  #source;
  #round = 0;

  /** @param {TokenSource} [source] */
  constructor(source) {
    this.#source = source;
  }

  /**
   * From now on this one, unless tokens are asked for.
   *
   * @param {string} token
   */
  use(token) {
    if (typeof this.#source !== 'function') this.#source = token;
  }

  /**
   * Shows a newer one, where one can be asked for.
   *
   * @param {(token: string) => Promise<void>} show
   */
  async replace(show) {
    if (typeof this.#source === 'function') await show(await this.#source());
  }

  /**
   * Calls `use` with the token: at once where it is known, later where it has to be asked for, and not at all if another hello began meanwhile.
   *
   * @param {(token: string | undefined) => void} use
   * @param {(error: unknown) => void} fail
   */
  forHello(use, fail) {
    const round = ++this.#round;
    const source = this.#source;
    if (typeof source !== 'function') {
      use(source);
      return;
    }
    Promise.resolve().then(source).then(
      (token) => round === this.#round && use(token),
      (error) => round === this.#round && fail(error),
    );
  }

  /** What is asked for now is no longer wanted. */
  forget() {
    this.#round += 1;
  }
}
