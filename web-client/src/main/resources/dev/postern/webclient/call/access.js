import { listenWhile } from '../shared/events.js';
import { NOT_IN } from './words.js';

/**
 * What the server lets us do: the token that we show, our role in the room, and whether the room is locked. The token lives in this object alone:
 * nothing stores it, and no link that this page makes has it.
 */
export class Access {
  /** @type {import('../lib/postern-protocol.d.ts').Role} */
  role = 'peer';
  isLocked = false;
  /** @type {'no' | 'to-join' | 'to-stay'} what a token is wanted for */
  wanted = 'no';
  #token;
  #call;

  /**
   * @param {import('./call.js').Call} call
   * @param {string} [token]
   */
  constructor(call, token = '') {
    this.#call = call;
    this.#token = token;
  }

  /** What to show to the server; empty for nothing. */
  get token() {
    return this.#token;
  }

  get isModerator() {
    return this.role === 'moderator';
  }

  /**
   * Must be called before the call itself listens: that forgets the client when it ends.
   *
   * @param {import('../lib/postern.js').SignalClient} client
   */
  watch(client) {
    listenWhile(client, () => this.#call.client === client, {
      joined: ({ role, locked }) => this.#set({ role, isLocked: locked }),
      room: ({ room, locked }) => room === this.#call.room && this.#onLocked(locked),
      left: ({ room, why }) => room === this.#call.room && this.#onSentOut(why),
      expiring: ({ inMs }) => this.#onExpiring(inMs),
      state: ({ state, error }) => state === 'closed' && this.#onClosed(error),
    });
  }

  /**
   * Uses another token: for the session that is open, or for the next one.
   *
   * @param {string} token
   */
  async show(token) {
    const client = this.wanted === 'to-stay' ? this.#call.client : null;
    if (client) await client.authenticate(token);
    this.#token = token;
    if (client) this.#call.timeline.event('The server has taken a newer token');
    this.#set({ wanted: 'no' });
  }

  /** Lets nobody else in, or anybody again. */
  async lock(/** @type {boolean} */ on) {
    await this.#call.client?.lock(this.#call.room, on);
    this.#onLocked(on);
  }

  /** Sends the other side out. */
  async kick() {
    const { client, link, room } = this.#call;
    if (client && link) await client.kick(room, link.peer.id);
  }

  /** @param {boolean} isLocked */
  #onLocked(isLocked) {
    this.#call.timeline.event(isLocked ? 'The room was locked' : 'The room was opened again');
    this.#set({ isLocked });
  }

  /** @param {string} [why] */
  #onSentOut(why = '') {
    this.#call.trouble(NOT_IN[why] ?? 'The server has taken you out of the room.');
    this.#call.hangUp();
  }

  /** @param {number} inMs */
  #onExpiring(inMs) {
    this.#call.timeline.event('The token ends soon', `in ${Math.round(inMs / 1000)} s`);
    this.#set({ wanted: 'to-stay' });
  }

  /** @param {import('../lib/postern.js').SignalError} [error] */
  #onClosed(error) {
    this.#set({ role: 'peer', isLocked: false, wanted: error?.name === 'unauthorized' ? 'to-join' : 'no' });
  }

  /** @param {Partial<Pick<Access, 'role' | 'isLocked' | 'wanted'>>} news */
  #set(news) {
    Object.assign(this, news);
    this.#call.changed();
  }
}
