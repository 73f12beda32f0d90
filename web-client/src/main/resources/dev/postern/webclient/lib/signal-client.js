import { Deferred } from './deferred.js';
import { VERSION, iceServers, parseMessage, sameOriginUrl } from './protocol.js';
import { redact } from './redact.js';
import { Requests, answerError } from './requests.js';
import { SignalError } from './signal-error.js';
import { SignalSocket } from './signal-socket.js';

/** A cumulative ack goes out after this many messages or this long, whichever is first, unless `got` rode on another message. */
const ACK_EVERY_MESSAGES = 16;
const ACK_EVERY_MS = 2_000;
const PING_TIMEOUT_MS = 10_000;

/**
 * @typedef {object} SignalOptions
 * @property {string} [token] shown to the server in `hello`
 * @property {number} [timeoutMs] how long a request may wait for its answer, dropped sockets included
 * @property {() => number} [random] jitter, for tests
 * @property {typeof WebSocket} [WebSocket]
 * @property {typeof fetch} [fetch]
 */

/**
 * One session with a signaling server. It survives dropped sockets: requests keep their id and are sent again, missed messages are
 * replayed by the server, and where the server has forgotten the session, the client joins its rooms again and says so.
 *
 * Events (all `CustomEvent`, see `protocol.js` for `detail`): `state`, `welcome`, `joined`, `peer`, `sig`, `ice`, `ice-servers`, `bye`,
 * `error` (a `SignalError` that belongs to no request), `log`.
 */
export class SignalClient extends EventTarget {
  #socket;
  #token;
  #timeoutMs;
  /** @type {import('./protocol.js').SignalState} */
  #state = 'idle';
  /** @type {{sid: string, secret: string, epoch: string} | null} */
  #session = null;
  #got = 0;
  #acked = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #ackTimer;
  #requests = new Requests();
  /** @type {Map<string, {name?: string, meta?: Record<string, unknown>}>} */
  #rooms = new Map();
  /** @type {RTCIceServer[]} */
  #iceServers = [];
  #peerId = '';
  /** @type {(() => void)[]} */
  #pings = [];
  /** @type {Deferred<import('./protocol.js').Session> | null} */
  #connecting = null;

  /**
   * @param {string} [url] `wss://host/signal/v1/ws`; without it, the origin of the page
   * @param {SignalOptions} [options]
   */
  constructor(url = sameOriginUrl(), options = {}) {
    super();
    this.#token = options.token;
    this.#timeoutMs = options.timeoutMs ?? 20_000;
    this.#socket = new SignalSocket(url, options, {
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
    return this.#got;
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
      else this.#socket.open();
    }
    return this.#connecting.promise;
  }

  /**
   * Enters a room and stays in it across lost sessions until {@link leave}.
   *
   * @param {string} room
   * @param {{name?: string, meta?: Record<string, unknown>}} [as]
   * @returns {Promise<import('./protocol.js').Joined>}
   */
  async join(room, as = {}) {
    return this.#join(room, as, false);
  }

  /** @param {string} room */
  async leave(room) {
    this.#rooms.delete(room);
    return this.#request({ t: 'leave', room });
  }

  /**
   * Sends a session description to a peer.
   *
   * @param {{to: string, room: string, neg: number, gen: number, d: import('./protocol.js').Description}} sig
   */
  async sendSig(sig) {
    return this.#request({ t: 'sig', ...sig });
  }

  /**
   * Sends candidates to a peer, or their end.
   *
   * @param {{to: string, room: string, gen: number, c: RTCIceCandidateInit[], end?: boolean}} ice
   */
  async sendIce(ice) {
    return this.#request({ t: 'ice', ...ice });
  }

  /** @returns {Promise<number>} the round trip to the signaling server in milliseconds */
  async ping() {
    if (this.#state !== 'open') throw new SignalError('offline', 'There is no connection to the signaling server.', { retry: true });
    return new Promise((resolve, reject) => {
      const sentAt = performance.now();
      const late = new SignalError('timeout', 'The signaling server did not answer a ping.', { retry: true });
      const timer = setTimeout(() => reject(late), PING_TIMEOUT_MS);
      this.#pings.push(() => {
        clearTimeout(timer);
        resolve(performance.now() - sentAt);
      });
      this.#send({ t: 'ping', ts: Date.now() });
    });
  }

  /** Throws the socket away as a failing network would, to see the session resume. */
  dropSocket() {
    this.#socket.drop('socket dropped on request');
  }

  /** Ends the session for good: the rooms see us leave at once. */
  close() {
    this.#finish(new SignalError('closed', 'The connection to the signaling server was closed here.'));
  }

  // ---- life of the session ---------------------------------------------------------------------------------------------------------

  #sayHello() {
    /** @type {Record<string, unknown>} */
    const hello = { t: 'hello', v: VERSION, caps: ['end-of-candidates'] };
    if (this.#token) hello.token = this.#token;
    if (this.#session) hello.resume = { ...this.#session, got: this.#got };
    this.#write(hello);
  }

  /** @param {any} message */
  #onWelcome(message) {
    const resumed = message.resumed === true;
    const lostSession = this.#session !== null && !resumed;
    this.#session = { sid: message.sid, secret: message.resume, epoch: message.epoch };
    this.#peerId = message.peer;
    this.#iceServers = iceServers(message.ice?.servers);
    this.#socket.welcomed(Number(message.hb?.dead) || 0);
    if (!resumed) this.#got = this.#acked = Number(message.seq) || 0;
    if (lostSession) {
      const sentence = 'The signaling server no longer knew this session, so a new one was started.';
      this.#requests.rejectAll(new SignalError('session_lost', sentence, { retry: true }));
    }
    const session = { resumed, lost: Number(message.lost) || 0, peer: message.peer, sid: message.sid };
    this.#setState('open');
    this.#emit('welcome', session);
    for (const waiting of this.#requests.unanswered()) this.#send(waiting);
    if (!resumed) this.#joinAgain();
    this.#connecting?.resolve(session);
  }

  #joinAgain() {
    for (const [room, as] of this.#rooms) {
      this.#join(room, as, true).catch((error) => this.#emit('error', error));
    }
  }

  /**
   * @param {SignalError} error
   * @param {number} retryInMs
   */
  #onWaiting(error, retryInMs) {
    this.#stopAckTimer();
    this.#pings = [];
    if (this.#socket.adviseNew) this.#forgetSession();
    this.#setState('waiting', { error, retryInMs });
  }

  /** The server said that a resume is pointless; what waits for an answer will not get one. */
  #forgetSession() {
    this.#session = null;
    this.#requests.rejectAll(new SignalError('session_lost', 'The signaling server ended this session.', { retry: true }));
  }

  /** @param {SignalError} error */
  #finish(error) {
    if (this.#state === 'closed') return;
    this.#stopAckTimer();
    this.#socket.end();
    this.#session = null;
    this.#rooms.clear();
    this.#setState('closed', { error });
    this.#requests.rejectAll(error);
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
    if (typeof message.seq === 'number' && message.t !== 'welcome' && !this.#take(message.seq)) return;
    this.#dispatch(message);
  }

  /**
   * @param {number} seq
   * @returns {boolean} false for a message that was already taken before the socket dropped
   */
  #take(seq) {
    if (seq <= this.#got) return false;
    if (seq > this.#got + 1) this.#note(`sequence jumped from ${this.#got} to ${seq}`);
    this.#got = seq;
    if (this.#got - this.#acked >= ACK_EVERY_MESSAGES) this.#acknowledge();
    else this.#ackTimer ??= setTimeout(() => this.#acknowledge(), ACK_EVERY_MS);
    return true;
  }

  #acknowledge() {
    this.#stopAckTimer();
    if (this.#got > this.#acked) this.#send({ t: 'ack' });
  }

  #stopAckTimer() {
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
  }

  /** @param {any} message */
  #dispatch(message) {
    switch (message.t) {
      case 'welcome':
        this.#onWelcome(message);
        break;
      case 'ok':
      case 'err':
        if (!this.#requests.settle(message) && message.t === 'err') this.#emit('error', answerError(message));
        break;
      case 'sig':
      case 'ice':
      case 'peer':
        this.#emit(message.t, message);
        break;
      case 'ice-servers':
        this.#iceServers = iceServers(message.servers);
        this.#emit('ice-servers', { ttlSeconds: Number(message.ttl) || 0 });
        break;
      case 'bye':
        this.#socket.announced(message);
        this.#emit('bye', { code: message.code, advice: message.advice });
        break;
      case 'ping':
        this.#send({ t: 'pong', ts: message.ts });
        break;
      case 'pong':
        this.#pings.shift()?.();
        break;
      default:
        this.#note(`unknown message '${message.t.slice(0, 40)}' was ignored`);
    }
  }

  // ---- messages out ----------------------------------------------------------------------------------------------------------------

  /**
   * @param {string} room
   * @param {{name?: string, meta?: Record<string, unknown>}} as
   * @param {boolean} again
   */
  async #join(room, as, again) {
    const answer = await this.#request({ t: 'join', room, ...as });
    this.#rooms.set(room, as);
    const joined = { room, you: answer.you, peers: answer.peers ?? [], again };
    this.#emit('joined', joined);
    return joined;
  }

  /**
   * Sends and waits for the answer. When the server asks for patience, waits as long as it says, twice at most.
   *
   * @param {Record<string, unknown>} fields
   * @param {number} [patience]
   * @returns {Promise<any>}
   */
  async #request(fields, patience = 2) {
    if (this.#state === 'closed') throw new SignalError('closed', 'There is no connection to the signaling server.');
    const { message, answer } = this.#requests.open(fields, this.#timeoutMs);
    if (this.#state === 'open') this.#send(message);
    try {
      return await answer;
    } catch (error) {
      if (patience === 0 || !(error instanceof SignalError) || !error.retry || error.afterMs <= 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, error.afterMs));
      return this.#request(fields, patience - 1);
    }
  }

  /**
   * Sends a message with the cumulative ack on it.
   *
   * @param {Record<string, unknown>} message
   */
  #send(message) {
    if (this.#got > this.#acked) {
      this.#acked = this.#got;
      message = { ...message, got: this.#got };
    }
    this.#write(message);
  }

  /** @param {Record<string, unknown>} message */
  #write(message) {
    this.#log('out', String(message.t), message);
    this.#socket.send(JSON.stringify(message));
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
