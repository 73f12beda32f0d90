import { FileTransfer, PeerLink, SignalClient, SignalError, diagnose, throughput } from '../lib/postern.js';
import { closeMedia, openMedia } from './media.js';
import { Roster } from './roster.js';
import { Timeline } from './timeline.js';
import { PEER_EVENTS, pathWords } from './words.js';

const STATS_EVERY_MS = 1_000;
const HISTORY = 60;
const CHAT_CHANNEL = 1;
const FILE_CHANNEL = 2;
const MAX_CHAT_CHARS = 2_000;
const WRONG_PASSWORD = 'wrong-on-purpose';

/**
 * @typedef {'lobby' | 'joining' | 'alone' | 'connecting' | 'live' | 'left'} Phase
 * @typedef {{at: number, out: number, in: number, rttMs: number | null}} Sample bits per second and the round trip of one second
 */

/**
 * A call for two in one room, without a page: joins, keeps the link to the other side, polls its statistics.
 *
 * Events: `change` (anything that a page shows), `stats` (each second), `media`, `track` ({track, stream}), `chat` ({text, mine}),
 * `files` (a `FileTransfer` of a new link), `log`, `trouble` (a sentence for the person).
 */
export class Call extends EventTarget {
  /** @type {SignalClient | null} */
  client = null;
  /** @type {PeerLink | null} */
  link = null;
  /** @type {import('./media.js').Media | null} */
  media = null;
  /** @type {import('../lib/stats.js').Snapshot | null} */
  stats = null;
  /** @type {Sample[]} */
  history = [];
  /** @type {Phase} */
  phase = 'lobby';
  /** @type {SignalError | null} */
  signalError = null;
  peerMuted = false;
  chatOpen = false;
  timeline = new Timeline();
  #roster = new Roster();
  /** @type {import('../lib/postern.js').DataLink | null} */
  #chat = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #poll;
  /** @type {{name?: string}} */
  #as = {};

  /** @param {import('./options.js').CallOptions} options */
  constructor(options) {
    super();
    this.options = options;
    this.relayOnly = options.relayOnly;
  }

  get room() {
    return this.options.room;
  }

  get peerName() {
    return this.link?.peer.name ?? '';
  }

  /** @returns {import('../lib/diagnose.js').Verdict} */
  get verdict() {
    const link = this.link;
    return diagnose({
      signal: this.client?.state ?? (this.phase === 'left' ? 'closed' : 'idle'),
      signalError: this.signalError,
      peer: !link ? 'none' : this.#roster.isLost(link.peer.id) ? 'lost' : 'here',
      peerName: this.peerName,
      connection: link?.pc.connectionState ?? 'none',
      gathering: link?.pc.iceGatheringState ?? 'none',
      relayOnly: this.relayOnly,
      candidateErrors: link?.candidateErrors ?? [],
      stats: this.stats,
      iceServers: this.client?.iceServers.length ?? 0,
    });
  }

  // ---- what a person does ----------------------------------------------------------------------------------------------------------

  /**
   * @param {string} name
   * @param {import('./options.js').MediaKind} kind
   */
  async join(name, kind) {
    if (this.client) return;
    this.#as = name ? { name } : {};
    this.#become('joining');
    this.timeline = new Timeline();
    await this.setMedia(kind, name);
    const client = this.options.wrongTurnPassword ? new WrongPasswordClient() : new SignalClient();
    this.client = client;
    this.#watchClient(client);
    this.#poll = setInterval(() => void this.#readStats(), STATS_EVERY_MS);
    try {
      await client.connect();
      await client.join(this.room, this.#as);
    } catch (error) {
      if (this.client === client) this.#fail(error);
    }
  }

  /**
   * @param {import('./options.js').MediaKind} kind
   * @param {string} name
   */
  async setMedia(kind, name) {
    const before = this.media;
    if (before?.kind !== kind || kind === 'canvas') {
      closeMedia(before);
      this.media = await openMedia(kind, name);
    }
    this.#emit('media', this.media);
  }

  hangUp() {
    this.client?.close();
    this.#end();
  }

  /**
   * Forcing the relay leaves a direct path that works, which needs a new link: see {@link PeerLink.setRelayOnly}. We leave the room and
   * come back, so that the other side makes a new one too.
   *
   * @param {boolean} relayOnly
   */
  async setRelayOnly(relayOnly) {
    this.relayOnly = relayOnly;
    this.timeline.event(relayOnly ? 'Relay forced' : 'Relay no longer forced');
    this.#changed();
    if (!this.link || !relayOnly) {
      this.link?.setRelayOnly(relayOnly);
      return;
    }
    this.#closeLink();
    this.#become('connecting');
    try {
      await this.client?.leave(this.room);
      await this.client?.join(this.room, this.#as);
    } catch (error) {
      this.#fail(error);
    }
  }

  restartIce() {
    this.link?.restartIce();
  }

  dropSocket() {
    this.client?.dropSocket();
  }

  /**
   * @param {'audio' | 'video'} kind
   * @param {boolean} enabled
   */
  setEnabled(kind, enabled) {
    for (const track of this.media?.stream?.getTracks() ?? []) if (track.kind === kind) track.enabled = enabled;
    this.#tellMuted();
    this.#changed();
  }

  /**
   * @param {'audio' | 'video'} kind
   * @returns {MediaStreamTrack | null}
   */
  track(kind) {
    return this.media?.stream?.getTracks().find((track) => track.kind === kind) ?? null;
  }

  /** @param {string} text */
  async say(text) {
    const short = text.slice(0, MAX_CHAT_CHARS);
    await this.#chat?.send(JSON.stringify({ t: 'chat', text: short }));
    this.#emit('chat', { text: short, mine: true });
  }

  /** We left, or the server does not let us in any more. */
  #end() {
    if (this.phase === 'left') return;
    this.#closeLink();
    this.client = null;
    clearInterval(this.#poll);
    closeMedia(this.media);
    this.media = null;
    this.#become('left');
    this.#emit('media', null);
  }

  // ---- the room --------------------------------------------------------------------------------------------------------------------

  /** @param {SignalClient} client */
  #watchClient(client) {
    const on = (/** @type {string} */ type, /** @type {(detail: any) => void} */ listener) =>
      client.addEventListener(type, (event) => {
        if (this.client === client) listener(/** @type {CustomEvent} */ (event).detail);
      });
    on('state', (detail) => this.#onSignalState(detail));
    on('welcome', ({ resumed }) => this.timeline.event(resumed ? 'Signaling session resumed' : 'Signaling session started'));
    on('joined', (joined) => this.#onJoined(joined));
    on('peer', (event) => this.#onPeer(event));
    on('sig', (message) => this.#onSig(message));
    on('error', (error) => this.#fail(error));
    on('log', (entry) => this.#emit('log', entry));
  }

  /** @param {import('../lib/protocol.js').StateEvent} event */
  #onSignalState({ state, error }) {
    this.timeline.mark(`signal-${state}`);
    this.signalError = error ?? null;
    if (state === 'waiting') this.timeline.event('Signaling connection lost', error?.message);
    if (state === 'closed') this.#end();
    this.#changed();
  }

  /** @param {import('../lib/protocol.js').Joined} joined */
  #onJoined({ peers }) {
    this.timeline.mark('joined');
    this.timeline.event(peers.length === 0 ? 'Joined the room; nobody is here yet' : 'Joined the room; somebody is here');
    this.#closeLink();
    this.#roster.reset(peers);
    if (peers.length === 1) this.#openLink(peers[0]);
    else this.#become('alone');
    if (peers.length > 1) this.#emit('trouble', 'Two people are already in this room. Wait until one leaves, or make a new room.');
  }

  /** @param {import('../lib/protocol.js').PeerEvent} event */
  #onPeer(event) {
    if (event.room !== this.room) return;
    this.#roster.onPeer(event);
    const current = this.link?.peer.id === event.peer.id;
    if (current) this.timeline.event(PEER_EVENTS[event.ev] ?? event.ev, this.peerName);
    if (current && event.ev === 'leave') this.#closeLink();
    this.#reconsider();
    if (!this.link) this.#become('alone');
    this.#changed();
  }

  /** Talks to somebody else when the other side is out of reach and another is there. */
  #reconsider() {
    const link = this.link;
    const reachable = link && (link.pc.connectionState === 'connected' || !this.#roster.isLost(link.peer.id));
    const another = this.#roster.anotherThan(link?.peer.id);
    if (!reachable && another) this.#openLink(another);
  }

  /** @param {any} message an offer from somebody we have no link to yet */
  #onSig(message) {
    const peer = message.room === this.room && !this.link ? this.#roster.find(message.from) : null;
    if (peer) this.#openLink(peer).deliver(message);
  }

  // ---- the link --------------------------------------------------------------------------------------------------------------------

  /** @param {import('../lib/protocol.js').Peer} peer */
  #openLink(peer) {
    this.#closeLink();
    const client = /** @type {SignalClient} */ (this.client);
    const link = new PeerLink(client, { room: this.room, peer, relayOnly: this.relayOnly });
    this.link = link;
    this.timeline.startLink();
    this.timeline.event('The other side is here', peer.name);
    this.#watchLink(link);
    this.#openChannels(link);
    if (this.media?.stream) link.addStream(this.media.stream);
    this.#become('connecting');
    return link;
  }

  #closeLink() {
    this.link?.close();
    this.link = null;
    this.#chat = null;
    this.chatOpen = this.peerMuted = false;
    this.stats = null;
    this.history = [];
    this.#emit('track', { track: null, stream: null });
  }

  /** @param {PeerLink} link */
  #watchLink(link) {
    const on = (/** @type {string} */ type, /** @type {(detail: any) => void} */ listener) =>
      link.addEventListener(type, (event) => {
        if (this.link === link) listener(/** @type {CustomEvent} */ (event).detail);
      });
    on('milestone', ({ name }) => this.timeline.mark(name));
    on('state', () => this.#onLinkState(link));
    on('track', (detail) => this.#emit('track', detail));
    on('candidate-error', () => this.#changed());
    on('gave-up', () => this.#emit('trouble', 'No path was found in several attempts. Restart ICE to try again, or hang up.'));
    on('error', (error) => this.#fail(error));
  }

  /** @param {PeerLink} link */
  #onLinkState(link) {
    const state = link.pc.connectionState;
    if (state === 'connected') {
      this.#become('live');
      void this.#readStats();
    } else {
      this.#reconsider();
      if (this.phase === 'live' && state === 'failed') this.#become('connecting');
    }
    this.#changed();
  }

  /** @param {PeerLink} link */
  #openChannels(link) {
    const chat = link.openChannel('chat', { id: CHAT_CHANNEL });
    this.#chat = chat;
    chat.addEventListener('open', () => {
      if (this.#chat !== chat) return;
      this.chatOpen = true;
      this.timeline.mark('channel-open');
      this.#tellMuted();
      this.#changed();
    });
    chat.addEventListener('close', () => {
      if (this.#chat === chat) this.chatOpen = false;
      this.#changed();
    });
    chat.addEventListener('message', (event) => this.#onChat(/** @type {CustomEvent} */ (event).detail));
    this.#emit('files', new FileTransfer(link.openChannel('files', { id: FILE_CHANNEL })));
  }

  /** @param {unknown} data */
  #onChat(data) {
    let message;
    try {
      message = JSON.parse(String(data));
    } catch {
      return;
    }
    if (message?.t === 'chat' && typeof message.text === 'string') this.#emit('chat', { text: message.text.slice(0, MAX_CHAT_CHARS), mine: false });
    if (message?.t === 'muted') {
      this.peerMuted = message.audio === true;
      this.#changed();
    }
  }

  #tellMuted() {
    if (!this.chatOpen) return;
    const audio = this.track('audio');
    this.#chat?.send(JSON.stringify({ t: 'muted', audio: audio !== null && !audio.enabled })).catch(() => {});
  }

  async #readStats() {
    const link = this.link;
    if (!link || link.isClosed) return;
    const stats = await link.stats();
    if (this.link !== link) return;
    const [before, now] = [pathWords(this.stats), pathWords(stats)];
    if (before && now && before !== now) this.timeline.event('The path changed', `${now}; it was ${before}`);
    if (stats.media.framesDecoded > 0) this.timeline.mark('first-frame');
    if (stats.pair) {
      this.history.push({ at: Date.now(), ...throughput(this.stats, stats), rttMs: stats.pair.rttMs });
      if (this.history.length > HISTORY) this.history.shift();
    }
    this.stats = stats;
    this.#emit('stats', stats);
    this.#changed();
  }

  // ---- telling ---------------------------------------------------------------------------------------------------------------------

  /** @param {Phase} phase */
  #become(phase) {
    this.phase = phase;
    this.#changed();
  }

  #changed() {
    this.#emit('change', null);
  }

  /** @param {unknown} error */
  #fail(error) {
    const expected = error instanceof SignalError && (error.name === 'closed' || error.name === 'session_lost');
    if (!expected) this.#emit('trouble', error instanceof Error ? error.message : String(error));
  }

  /**
   * @param {string} type
   * @param {any} detail
   */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** Shows what a TURN server with another password looks like. */
class WrongPasswordClient extends SignalClient {
  get iceServers() {
    return super.iceServers.map((server) => (server.credential ? { ...server, credential: WRONG_PASSWORD } : server));
  }
}
