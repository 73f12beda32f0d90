import { Deferred } from './deferred.js';
import { hello, iceServers, parseMessage, sameOriginUrl } from './protocol.js';
import { Outgoing } from './outgoing.js';
import { Pings } from './pings.js';
import { redact } from './redact.js';
import { answerError } from './requests.js';
import { RoomsHeld } from './rooms-held.js';
import { SignalConnection } from './signal-connection.js';
import { SignalError } from './signal-error.js';
import { Token } from './token.js';

/**
 * One session with a signaling server. It survives dropped connections: requests keep their id and are sent again, missed messages are
 * replayed by the server, and where the server has forgotten the session, the client joins its rooms again and says so.
 *
 * Events (all `CustomEvent`, see `protocol.js` for `detail`): `state`, `welcome`, `joined`, `left` (we were sent out of a room), `peer`,
 * `room` (it was locked or opened), `sig`, `ice`, `ice-servers`, `expiring` (our token ends soon), `bye`, `error` (a `SignalError` that
 * belongs to no request), `log`.
 */
export class SignalClient extends EventTarget {
  #connection;
  #token;
  #outgoing;
  /** @type {import('./protocol.js').SignalState} */
  #state = 'idle';
  /** @type {{sid: string, secret: string, epoch: string} | null} */
  #session = null;
  #attempt = 0;
  #rooms = new RoomsHeld();
  /** @type {RTCIceServer[]} */
  #iceServers = [];
  #peerId = '';
  #pings = new Pings();
  /** @type {Deferred<import('./protocol.js').Session> | null} */
  #connecting = null;

  /**
   * @param {string} [url] `wss://host/signal/v1/ws`; without it, the origin of the page
   * @param {import('./protocol.js').SignalOptions} [options]
   */
  constructor(url = sameOriginUrl(), options = {}) {
    super();
    this.#token = new Token(options.token);
    this.#outgoing = new Outgoing(options.timeoutMs ?? 20_000, (message) => this.#write(message));
    this.#connection = new SignalConnection(url, options, {
      onConnecting: () => this.#setState('connecting'),
      onOpen: () => this.#sayHello(),
      onFrame: (data) => this.#onFrame(data),
      onWaiting: (error, retryInMs) => this.#onWaiting(error, retryInMs),
      onEnd: (error) => this.#finish(error),
      onNote: (text, more) => this.#note(text, more),
    });
  }

  get state() {
    return this.#state;
  }

  /** What carries the session now: `websocket`, `sse`, `long-poll`; null without a connection. */
  get carrier() {
    return this.#connection.carrier;
  }

  /** Our id in the rooms; changes when a session is lost. */
  get peerId() {
    return this.#peerId;
  }

  /** The newest ICE servers, with credentials: for `RTCPeerConnection`, never for a log. */
  get iceServers() {
    return this.#iceServers;
  }

  /** The highest sequence number that was taken. */
  get got() {
    return this.#outgoing.got;
  }

  /**
   * Opens the session. Unreachable servers are tried again until {@link close}; watch `state` to tell the person.
   *
   * @returns {Promise<import('./protocol.js').Session>} rejected when the server refuses for good
   */
  connect() {
    if (!this.#connecting) {
      this.#connecting = new Deferred();
      if (this.#state === 'closed') this.#connecting.reject(new SignalError('closed', 'This client was closed. Make a new one.'));
      else this.#connection.open();
    }
    return this.#connecting.promise;
  }

  /**
   * Enters a room and stays in it across lost sessions until {@link leave}.
   *
   * @param {string} room
   * @param {import('./rooms-held.js').As} [as]
   * @returns {Promise<import('./protocol.js').Joined>}
   */
  async join(room, as = {}) {
    return this.#join(room, as, false);
  }

  /** @param {string} room */
  async leave(room) {
    this.#rooms.removed(room);
    return this.#request({ t: 'leave', room });
  }

  /**
   * Shows a newer token, so that the session goes on when the last one ends.
   *
   * @param {string} token
   */
  async authenticate(token) {
    await this.#request({ t: 'auth', token });
    this.#token.use(token);
  }

  /** Sends a peer out of a room. For moderators. */
  async kick(/** @type {string} */ room, /** @type {string} */ peer) {
    return this.#request({ t: 'kick', room, peer });
  }

  /** Lets nobody join a room any more, or anybody again. For moderators. */
  async lock(/** @type {string} */ room, /** @type {boolean} */ on) {
    return this.#request({ t: 'lock', room, on });
  }

  /**
   * Sends a session description to a peer.
   *
   * @param {Omit<import('./postern-protocol.d.ts').ClientSig, 't' | 'id' | 'got'>} sig
   */
  async sendSig(sig) {
    return this.#request({ t: 'sig', ...sig });
  }

  /**
   * Sends candidates to a peer, or their end.
   *
   * @param {Omit<import('./postern-protocol.d.ts').ClientIce, 't' | 'id' | 'got'>} ice
   */
  async sendIce(ice) {
    return this.#request({ t: 'ice', ...ice });
  }

  /** @returns {Promise<number>} the round trip to the signaling server in milliseconds */
  async ping() {
    if (this.#state !== 'open') throw new SignalError('offline', 'There is no connection to the signaling server.', { retry: true });
    const answered = this.#pings.begin();
    this.#outgoing.send({ t: 'ping', ts: Date.now() });
    return answered;
  }

  /** Throws the socket away as a failing network would, to see the session resume. */
  dropSocket() {
    this.#connection.drop('socket dropped on request');
  }

  /** Ends the session for good: the rooms see us leave at once. */
  close() {
    this.#finish(new SignalError('closed', 'The connection to the signaling server was closed here.'));
  }

  // ---- life of the session ---------------------------------------------------------------------------------------------------------

  #sayHello() {
    this.#token.forHello(
      (token) => this.#write(hello(token, this.#session && { ...this.#session, got: this.#outgoing.got, attempt: ++this.#attempt })),
      () => this.#connection.drop('no token could be got', true),
    );
  }

  /** @param {import('./postern-protocol.d.ts').ServerWelcome} message */
  #onWelcome(message) {
    const resumed = message.resumed === true;
    const lostSession = this.#session !== null && !resumed;
    this.#session = { sid: message.sid, secret: message.resume, epoch: message.epoch };
    this.#peerId = message.peer;
    this.#iceServers = iceServers(message.ice?.servers);
    this.#connection.welcomed(Number(message.hb?.dead) || 0);
    if (!resumed) this.#outgoing.restart(Number(message.seq) || 0);
    if (lostSession) {
      const sentence = 'The signaling server no longer knew this session, so a new one was started.';
      this.#outgoing.rejectAll(new SignalError('session_lost', sentence, { retry: true }));
    }
    const session = { resumed, lost: Number(message.lost) || 0, peer: message.peer, sid: message.sid };
    this.#setState('open');
    this.#emit('welcome', session);
    this.#connecting?.resolve(session);
    if (/** @type {string} */ (this.#state) !== 'open') return; // somebody who was told has closed or dropped it
    if (!resumed) this.#joinAgain();
    this.#outgoing.begin(resumed, Number(message.limits?.rate) || 0);
  }

  #joinAgain() {
    for (const [room, as] of this.#rooms.all()) {
      this.#join(room, as, true).catch((error) => this.#emit('error', error));
    }
  }

  /**
   * @param {SignalError} error
   * @param {number} retryInMs
   */
  #onWaiting(error, retryInMs) {
    this.#outgoing.pause();
    this.#token.forget();
    this.#pings.forget();
    if (this.#connection.adviseNew) this.#forgetSession();
    this.#setState('waiting', { error, retryInMs });
  }

  /** The server said that a resume is pointless; what waits for an answer will not get one. */
  #forgetSession() {
    this.#session = null;
    this.#outgoing.rejectAll(new SignalError('session_lost', 'The signaling server ended this session.', { retry: true }));
  }

  /** @param {SignalError} error */
  #finish(error) {
    if (this.#state === 'closed') return;
    this.#outgoing.pause();
    this.#token.forget();
    this.#connection.end();
    this.#session = null;
    this.#rooms.clear();
    this.#setState('closed', { error });
    this.#outgoing.rejectAll(error);
    this.#connecting?.reject(error);
  }

  // ---- messages in -----------------------------------------------------------------------------------------------------------------

  /** @param {unknown} data */
  #onFrame(data) {
    const message = parseMessage(data);
    if (!message) {
      this.#note('a frame that is not a message was ignored');
      return;
    }
    this.#log('in', message.t, message);
    if ('seq' in message && message.t !== 'welcome' && typeof message.seq === 'number' && !this.#take(message.seq)) return;
    this.#dispatch(message);
  }

  /**
   * @param {number} seq
   * @returns {boolean} false for a message that was already taken before the socket dropped
   */
  #take(seq) {
    if (seq > this.#outgoing.got + 1) this.#note(`sequence jumped from ${this.#outgoing.got} to ${seq}`);
    return this.#outgoing.take(seq);
  }

  /** @param {import('./protocol.js').ServerMessage} message */
  #dispatch(message) {
    switch (message.t) {
      case 'welcome':
        this.#onWelcome(message);
        break;
      case 'ok':
      case 'err':
        if (!this.#outgoing.settle(message) && message.t === 'err') this.#onError(answerError(message));
        break;
      case 'peer':
        this.#onPeer(message);
        break;
      case 'expiring':
        this.#onExpiring(Number(message.in) || 0);
        break;
      case 'sig':
      case 'ice':
      case 'room':
        this.#emit(message.t, message);
        break;
      case 'ice-servers':
        this.#iceServers = iceServers(message.servers);
        this.#emit('ice-servers', { ttlSeconds: Number(message.ttl) || 0 });
        break;
      case 'bye':
        this.#connection.announced(message);
        this.#emit('bye', { code: message.code, advice: message.advice });
        break;
      case 'ping':
        this.#outgoing.send({ t: 'pong', ts: message.ts });
        break;
      case 'pong':
        this.#pings.answered();
        break;
      default:
        this.#note(`unknown message '${/** @type {{t: string}} */ (message).t.slice(0, 40)}' was ignored`);
    }
  }

  /** @param {SignalError} error which answers no request: before the welcome it answers our hello */
  #onError(error) {
    if (this.#state === 'connecting') this.#connection.drop(`hello refused: ${error.name}`, true, error);
    else this.#emit('error', error);
  }

  /** @param {any} message somebody's, or our own leave of a room that we were sent out of */
  #onPeer(message) {
    const { ev, room, peer, why } = message;
    if (ev !== 'leave' || peer?.id !== this.#peerId) return this.#emit('peer', message);
    this.#rooms.removed(room);
    this.#emit('left', { room, why });
  }

  /** @param {number} inMs */
  #onExpiring(inMs) {
    this.#emit('expiring', { inMs });
    this.#token.replace((newer) => this.authenticate(newer)).catch((error) => this.#emit('error', error));
  }

  // ---- messages out ----------------------------------------------------------------------------------------------------------------

  /**
   * @param {string} room
   * @param {import('./rooms-held.js').As} as
   * @param {boolean} again
   */
  async #join(room, as, again) {
    this.#rooms.asked(room, as);
    const answer = await this.#request({ t: 'join', room, ...as }).catch((error) => {
      this.#rooms.refused(room, as);
      throw error;
    });
    this.#rooms.joined(room, as);
    const { you = '', role = 'peer', locked = false, peers = [] } = answer;
    const joined = { room, you, role, locked, peers, again };
    this.#emit('joined', joined);
    return joined;
  }

  /**
   * @param {import('./requests.js').Unnumbered} fields
   * @returns {Promise<any>}
   */
  async #request(fields) {
    if (this.#state === 'closed') throw new SignalError('closed', 'There is no connection to the signaling server.');
    return this.#outgoing.ask(fields, () => this.#state !== 'closed');
  }

  /** @param {import('./protocol.js').ClientMessage} message */
  #write(message) {
    this.#log('out', message.t, message);
    this.#connection.send(JSON.stringify(message));
  }

  // ---- telling ---------------------------------------------------------------------------------------------------------------------

  /**
   * @param {import('./protocol.js').SignalState} state
   * @param {{error?: SignalError, retryInMs?: number}} [more]
   */
  #setState(state, more = {}) {
    this.#state = state;
    this.#emit('state', { state, ...more });
  }

  /**
   * @param {string} text
   * @param {Record<string, unknown>} [more]
   */
  #note(text, more = {}) {
    this.#log('note', text, more);
  }

  /**
   * @param {'in'|'out'|'note'} direction
   * @param {string} type
   * @param {any} message
   */
  #log(direction, type, message) {
    this.#emit('log', { direction, type, message: redact(message), at: Date.now() });
  }

  /**
   * @param {string} type
   * @param {any} detail
   */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
