import { DataLink } from './data-link.js';
import { SignalError } from './signal-error.js';
import { readStats } from './stats.js';
import { LocalCandidates, RemoteCandidates } from './trickle.js';

/** The side that waits for the first offer makes one itself when none came for this long. */
const OFFER_ANYWAY_MS = 6_000;
/** A `disconnected` that lasts this long is treated like `failed`; the polite side leaves the impolite one a head start. */
const DISCONNECTED_MS = 4_000;
const POLITE_DELAY_MS = 3_000;
const MAX_RESTARTS = 4;
const RESENDS = 3;
const RESEND_AFTER_MS = 1_000;
const MAX_CANDIDATE_ERRORS = 32;

/**
 * @typedef {{url: string, code: number, text: string, address: string, at: number}} CandidateError what `icecandidateerror` said
 * @typedef {import('./signal-client.js').SignalClient} SignalClient
 */

/**
 * The connection to one peer of a room: perfect negotiation with the role that the server assigned (the later joiner is polite and waits
 * for the first offer), trickled candidates with their end, ICE generations, restarts, and credentials that are replaced before they run out.
 *
 * Events (`CustomEvent`): `state` (connection or gathering changed), `track` ({track, stream}), `channel` (a `DataLink` the peer opened),
 * `candidate` ({side, candidate, gen}), `candidate-error` ({@link CandidateError}), `milestone` ({name}), `gave-up`, `error`.
 */
export class PeerLink extends EventTarget {
  #client;
  #local;
  #remote = new RemoteCandidates();
  #makingOffer = false;
  #mayOffer;
  #neg = 0;
  #restarts = 0;
  #closed = false;
  /** @type {Promise<void>} */
  #incoming = Promise.resolve();
  /** @type {RTCConfiguration} */
  #configuration;
  /** @type {Record<'offer' | 'restart', ReturnType<typeof setTimeout> | undefined>} */
  #timers = { offer: undefined, restart: undefined };
  #listening = new AbortController();
  /** @type {CandidateError[]} */
  candidateErrors = [];
  /** When the link was made, on the clock of `performance.now()`. */
  createdAt = performance.now();

  /**
   * @param {SignalClient} client
   * @param {object} options
   * @param {string} options.room
   * @param {import('./protocol.js').Peer} options.peer
   * @param {boolean} [options.relayOnly] use nothing but TURN
   * @param {typeof RTCPeerConnection} [options.RTCPeerConnection]
   */
  constructor(client, options) {
    super();
    this.#client = client;
    this.room = options.room;
    this.peer = options.peer;
    this.#mayOffer = !options.peer.polite;
    this.#configuration = {
      iceServers: client.iceServers,
      iceTransportPolicy: options.relayOnly ? 'relay' : 'all',
      bundlePolicy: 'max-bundle',
    };
    const Connection = options.RTCPeerConnection ?? globalThis.RTCPeerConnection;
    this.pc = new Connection(this.#configuration);
    this.#local = new LocalCandidates((ice) => this.#sendIce(ice));
    this.#watchConnection();
    this.#watchSignaling();
    if (!this.#mayOffer) this.#timers.offer = setTimeout(() => this.#offerAnyway(), OFFER_ANYWAY_MS);
  }

  get relayOnly() {
    return this.#configuration.iceTransportPolicy === 'relay';
  }

  get isClosed() {
    return this.#closed;
  }

  /**
   * Sends every track of a stream to the peer.
   *
   * @param {MediaStream} stream
   */
  addStream(stream) {
    for (const track of stream.getTracks()) this.pc.addTrack(track, stream);
  }

  /**
   * Sends another track in place of the one of its kind, without a new negotiation where there was one.
   *
   * @param {MediaStreamTrack} track
   * @param {MediaStream} stream
   */
  async setTrack(track, stream) {
    const sender = this.pc.getSenders().find((one) => one.track?.kind === track.kind);
    if (sender) await sender.replaceTrack(track);
    else this.pc.addTrack(track, stream);
  }

  /**
   * A data channel with back-pressure. With an `id` both sides open the same channel and neither waits for the other's announcement.
   *
   * @param {string} label
   * @param {RTCDataChannelInit} [init]
   */
  openChannel(label, init = {}) {
    return new DataLink(this.pc.createDataChannel(label, init.id === undefined ? init : { ...init, negotiated: true }));
  }

  /** Finds a new path: new candidates, new checks; media goes on over the old one until then. */
  restartIce() {
    this.#restarts = 0;
    this.#restart();
  }

  /**
   * Uses nothing but TURN, or everything again, and looks for a path anew. A direct pair that works is kept by browsers through the restart
   * (seen in Chromium 156: it ranks above the relay's pairs, which are then never tried); to leave it, make a new link on both sides, as
   * leaving and joining the room does.
   *
   * @param {boolean} relayOnly
   */
  setRelayOnly(relayOnly) {
    this.#configure({ iceTransportPolicy: relayOnly ? 'relay' : 'all' });
    this.candidateErrors = [];
    this.restartIce();
  }

  /**
   * The same peer came back under another id, because it or we had to begin a new session: the connection stays, messages go to the new id.
   *
   * @param {import('./protocol.js').Peer} peer
   */
  adopt(peer) {
    this.peer = peer;
  }

  /** @returns {Promise<import('./stats.js').Snapshot>} */
  stats() {
    return readStats(this.pc);
  }

  /**
   * Takes a `sig` or `ice` message from this peer. The link listens by itself; this is for a message that made somebody create the link.
   *
   * @param {any} message
   */
  deliver(message) {
    if (this.#closed || message.from !== this.peer.id || message.room !== this.room) return;
    this.#incoming = this.#incoming
      .then(() => (message.t === 'sig' ? this.#onDescription(message) : this.#onCandidates(message)))
      .catch((error) => this.#fail(error));
  }

  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#listening.abort();
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    this.#local.stop();
    this.pc.close();
    this.#emit('state', { connection: 'closed' });
  }

  // ---- negotiation -----------------------------------------------------------------------------------------------------------------

  async #negotiate() {
    if (!this.#mayOffer || this.#closed) return;
    try {
      await this.#setLocalOffer();
      if (this.pc.localDescription?.type !== 'offer') return;
      this.#neg += 1;
      this.#emit('milestone', { name: 'offer-sent' });
      await this.#sendDescription(this.#neg);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #setLocalOffer() {
    this.#makingOffer = true;
    try {
      await this.pc.setLocalDescription();
    } finally {
      this.#makingOffer = false;
    }
  }

  #offerAnyway() {
    if (this.pc.signalingState !== 'stable' || this.pc.remoteDescription) return;
    this.#mayOffer = true;
    void this.#negotiate();
  }

  /**
   * One message at a time: an answer is in force before the next one is looked at.
   *
   * @param {import('./protocol.js').SigEvent} message
   */
  async #onDescription({ neg, gen, d }) {
    const pc = this.pc;
    const isOffer = d.type === 'offer';
    const ready = !this.#makingOffer && pc.signalingState === 'stable';
    if (isOffer && !ready && !this.peer.polite) return;
    if (d.type === 'answer' && (neg !== this.#neg || pc.signalingState !== 'have-local-offer')) return;
    if (d.type === 'rollback' && pc.signalingState !== 'have-remote-offer') return;
    clearTimeout(this.#timers.offer);
    this.#emit('milestone', { name: `${d.type}-received` });
    await pc.setRemoteDescription(d);
    this.#neg = Math.max(this.#neg, neg);
    this.#mayOffer = true;
    await this.#apply(this.#remote.described(gen));
    if (!isOffer) return;
    await pc.setLocalDescription();
    this.#emit('milestone', { name: 'answer-sent' });
    this.#sendDescription(neg).catch((error) => this.#fail(error));
  }

  /**
   * Sends the local description, and again when the server could not take it for the moment: the peer waits for it, and a description that
   * arrives twice does no harm.
   *
   * @param {number} neg
   */
  async #sendDescription(neg) {
    const { type, sdp } = /** @type {RTCSessionDescription} */ (this.pc.localDescription);
    const d = /** @type {import('./protocol.js').Description} */ ({ type, sdp });
    const gen = this.#local.described(sdp);
    for (let attempt = 0; this.pc.localDescription?.sdp.includes(ufragLine(sdp)); attempt++) {
      try {
        await this.#client.sendSig({ to: this.peer.id, room: this.room, neg, gen, d });
        return;
      } catch (error) {
        const mayPass = error instanceof SignalError && error.retry && error.name !== 'session_lost';
        if (!mayPass || attempt === RESENDS || this.#closed) throw error;
        await new Promise((resolve) => setTimeout(resolve, RESEND_AFTER_MS * 2 ** attempt));
      }
    }
  }

  // ---- candidates ------------------------------------------------------------------------------------------------------------------

  /** @param {{gen: number, c: import('./protocol.js').Candidate[], end?: boolean}} ice */
  #sendIce(ice) {
    if (this.#closed) return;
    this.#client.sendIce({ to: this.peer.id, room: this.room, ...ice }).catch((error) => this.#fail(error));
  }

  /** @param {import('./protocol.js').IceEvent} message */
  async #onCandidates(message) {
    for (const candidate of message.c ?? []) this.#emit('candidate', { side: 'remote', candidate, gen: message.gen });
    await this.#apply(this.#remote.take(message));
  }

  /**
   * A candidate that the browser does not take (another protocol, a broken line) says nothing about the others; one of an earlier connection
   * of the same peer is not for this one.
   *
   * @param {(RTCIceCandidateInit | null)[]} candidates
   */
  async #apply(candidates) {
    for (const candidate of candidates) {
      const ufrag = candidate?.usernameFragment;
      if (ufrag && !this.pc.remoteDescription?.sdp.includes(`a=ice-ufrag:${ufrag}`)) continue;
      await this.pc.addIceCandidate(candidate ?? undefined).catch((error) => {
        if (candidate) this.#fail(error);
      });
    }
  }

  // ---- watching --------------------------------------------------------------------------------------------------------------------

  #watchSignaling() {
    const { signal } = this.#listening;
    const forward = (/** @type {Event} */ event) => this.deliver(/** @type {CustomEvent} */ (event).detail);
    this.#client.addEventListener('sig', forward, { signal });
    this.#client.addEventListener('ice', forward, { signal });
    this.#client.addEventListener('ice-servers', () => void this.#freshServers(), { signal });
    this.#client.addEventListener('welcome', () => this.#configure({ iceServers: this.#client.iceServers }), { signal });
  }

  #watchConnection() {
    const { pc } = this;
    pc.onnegotiationneeded = () => void this.#negotiate();
    pc.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate) this.#emit('candidate', { side: 'local', candidate: candidate.toJSON(), gen: 0 });
      this.#local.add(candidate);
    };
    pc.onicecandidateerror = (event) => this.#onCandidateError(event);
    pc.ontrack = ({ track, streams }) => this.#emit('track', { track, stream: streams[0] ?? new MediaStream([track]) });
    pc.ondatachannel = ({ channel }) => this.dispatchEvent(new CustomEvent('channel', { detail: new DataLink(channel) }));
    pc.onicegatheringstatechange = () => this.#onState(`gathering-${pc.iceGatheringState}`);
    pc.oniceconnectionstatechange = () => this.#onState(`ice-${pc.iceConnectionState}`);
    pc.onconnectionstatechange = () => {
      this.#onState(`connection-${pc.connectionState}`);
      this.#mend();
    };
  }

  /** @param {string} milestone */
  #onState(milestone) {
    if (this.#closed) return;
    this.#emit('milestone', { name: milestone });
    const { connectionState, iceConnectionState, iceGatheringState } = this.pc;
    this.#emit('state', { connection: connectionState, ice: iceConnectionState, gathering: iceGatheringState });
  }

  /** @param {RTCPeerConnectionIceErrorEvent} event */
  #onCandidateError(event) {
    const { url, errorCode: code, errorText: text, address } = event;
    const known = this.candidateErrors.some((one) => one.url === url && one.code === code && one.address === (address ?? ''));
    if (known || this.candidateErrors.length >= MAX_CANDIDATE_ERRORS) return;
    const error = { url, code, text, address: address ?? '', at: Date.now() };
    this.candidateErrors.push(error);
    this.#emit('candidate-error', error);
  }

  /** Restarts ICE when the path is gone; the impolite side first, so that both do not offer at once. */
  #mend() {
    clearTimeout(this.#timers.restart);
    const state = this.pc.connectionState;
    if (state === 'connected') this.#restarts = 0;
    if (state !== 'failed' && state !== 'disconnected') return;
    const delayMs = (state === 'failed' ? 0 : DISCONNECTED_MS) + (this.peer.polite ? POLITE_DELAY_MS : 0);
    this.#timers.restart = setTimeout(() => this.#restart(), delayMs);
  }

  #restart() {
    if (this.#closed) return;
    if (this.#restarts >= MAX_RESTARTS) {
      this.#emit('gave-up', { restarts: this.#restarts });
      return;
    }
    this.#restarts += 1;
    this.#emit('milestone', { name: 'ice-restart' });
    this.pc.restartIce();
  }

  // ---- credentials -----------------------------------------------------------------------------------------------------------------

  /** New credentials arrived: a relay in use needs a restart to live on under them, any other path does not. */
  async #freshServers() {
    this.#configure({ iceServers: this.#client.iceServers });
    const { pair } = await this.stats();
    if (pair?.local?.type === 'relay') this.#restart();
  }

  /** @param {RTCConfiguration} change */
  #configure(change) {
    this.#configuration = { ...this.#configuration, ...change };
    try {
      this.pc.setConfiguration(this.#configuration);
    } catch (error) {
      this.#fail(error);
    }
  }

  // ---- telling ---------------------------------------------------------------------------------------------------------------------

  /** @param {unknown} error */
  #fail(error) {
    if (!this.#closed) this.#emit('error', error);
  }

  /**
   * @param {string} type
   * @param {any} detail
   */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** @param {string} sdp */
function ufragLine(sdp) {
  return /^a=ice-ufrag:.*$/m.exec(sdp)?.[0] ?? '';
}
