import { FileTransfer, PeerLink, SignalError, diagnose, throughput } from '../lib/postern.js';
import { listenWhile } from '../shared/events.js';
import { Access } from './access.js';
import { CHANNEL_IDS, ChatChannel } from './chat-channel.js';
import { factsOf } from './facts.js';
import { closeMedia, openMedia } from './media.js';
import { Roster } from './roster.js';
import { newClient, newPageId } from './session.js';
import { Timeline } from './timeline.js';
import { LEAVE_REASONS, NOT_IN, PEER_EVENTS, ROOM_FULL, pathWords } from './words.js';

const STATS_EVERY_MS = 1_000;
const HISTORY = 60;
const REOPEN_AFTER_MS = 500;
const CALLED_WITHIN_MS = 1_500;
/** Errors that another event explains: we hung up, the session was begun anew, the peer is just leaving. */
const EXPECTED = new Set(['closed', 'session_lost', 'no_such_peer', 'not_joined']);

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
  /** @type {import('../lib/postern.js').SignalClient | null} */
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
  timeline = new Timeline();
  #roster = new Roster();
  /** @type {ChatChannel | null} */
  #chat = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #poll;
  /** @type {{name?: string, meta: {page: string}}} */
  #as = { meta: { page: newPageId() } };

  /** @param {import('./options.js').CallOptions} options */
  constructor(options) {
    super();
    this.options = options;
    this.relayOnly = options.relayOnly;
    this.access = new Access(this, options.token);
  }

  get room() {
    return this.options.room;
  }

  get peerName() {
    return this.link?.peer.name ?? '';
  }

  get chatOpen() {
    return this.#chat?.isOpen ?? false;
  }

  /** @returns {import('../lib/diagnose.js').Verdict} */
  get verdict() {
    return diagnose(factsOf(this, this.#roster));
  }

  // ---- what a person does ----------------------------------------------------------------------------------------------------------

  /**
   * @param {string} name
   * @param {import('./options.js').MediaKind} kind
   */
  async join(name, kind) {
    if (this.phase !== 'lobby' && this.phase !== 'left') return;
    this.#as = { ...(name ? { name } : {}), meta: this.#as.meta };
    this.signalError = null;
    this.timeline = new Timeline();
    this.#become('joining');
    await this.setMedia(kind, name);
    if (/** @type {Phase} */ (this.phase) !== 'joining') return this.#closeMedia(); // hung up while the browser asked for the camera
    const client = newClient(this.options, this.access.token);
    this.client = client;
    this.access.watch(client);
    this.#watchClient(client);
    this.#poll = setInterval(() => void this.#readStats(), STATS_EVERY_MS);
    client.connect().then(() => client.join(this.room, this.#as)).catch((error) => this.client === client && this.#fail(error));
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
   * To leave a direct path that works takes a new link on both sides, see {@link PeerLink.setRelayOnly}: we leave the room and come back.
   *
   * @param {boolean} relayOnly
   */
  setRelayOnly(relayOnly) {
    this.relayOnly = relayOnly;
    this.timeline.event(relayOnly ? 'Relay forced' : 'Relay no longer forced');
    this.changed();
    if (!this.link || !relayOnly) return this.link?.setRelayOnly(relayOnly);
    this.#closeLink();
    this.#become('connecting');
    const client = this.client;
    client?.leave(this.room).then(() => client.join(this.room, this.#as)).catch((error) => this.#fail(error));
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
    this.changed();
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
    const sent = await this.#chat?.say(text);
    if (sent) this.#emit('chat', { text: sent, mine: true });
  }

  /** We left, or the server does not let us in any more. */
  #end() {
    if (this.phase === 'left') return;
    this.#closeLink();
    this.client = null;
    clearInterval(this.#poll);
    this.#closeMedia();
    this.#become('left');
  }

  #closeMedia() {
    closeMedia(this.media);
    this.media = null;
    this.#emit('media', null);
  }

  // ---- the room --------------------------------------------------------------------------------------------------------------------

  /** @param {import('../lib/postern.js').SignalClient} client */
  #watchClient(client) {
    listenWhile(client, () => this.client === client, {
      state: (event) => this.#onSignalState(event),
      welcome: ({ resumed }) => this.timeline.event(resumed ? 'Signaling session resumed' : 'Signaling session started'),
      joined: (joined) => this.#onJoined(joined),
      peer: (event) => this.#onPeer(event),
      sig: (message) => this.#onSig(message),
      error: (error) => this.#fail(error),
      log: (entry) => this.#emit('log', entry),
    });
  }

  /** @param {import('../lib/protocol.js').StateEvent} event */
  #onSignalState({ state, error }) {
    this.timeline.mark(`signal-${state}`);
    if (state === 'waiting' && !this.signalError) this.timeline.event('Signaling connection lost', error?.message);
    if (state !== 'connecting') this.signalError = error ?? null;
    if (state === 'closed') this.#end();
    this.changed();
  }

  /** @param {import('../lib/protocol.js').Joined} joined */
  #onJoined({ peers }) {
    this.timeline.mark('joined');
    this.timeline.event(peers.length === 0 ? 'Joined the room; nobody is here yet' : 'Joined the room; somebody is here');
    this.#roster.reset(peers);
    if (this.#works()) {
      this.#adopt();
      return;
    }
    this.#closeLink();
    if (peers.length === 1) this.#openLink(peers[0]);
    else this.#become('alone');
    // One of two may be an old self of somebody, and the other one calls us: then the room was not full.
    if (peers.length > 1) setTimeout(() => this.phase === 'alone' && this.trouble(ROOM_FULL), CALLED_WITHIN_MS);
  }

  /** @param {import('../lib/protocol.js').PeerEvent} event */
  #onPeer(event) {
    if (event.room !== this.room) return;
    this.#roster.onPeer(event);
    if (event.ev === 'join' && this.#works()) this.#adopt();
    const current = this.link?.peer.id === event.peer.id;
    if (current) this.timeline.event(PEER_EVENTS[event.ev] ?? event.ev, LEAVE_REASONS[event.why ?? ''] ?? this.peerName);
    // Whom the signaling server has lost may still be there: then the call goes on.
    const isLost = event.why === 'timeout' || event.why === 'node_lost';
    if (current && event.ev === 'leave' && !(isLost && this.#works())) this.#closeLink();
    this.#reconsider();
    this.changed();
  }

  #works() {
    return this.link?.pc.connectionState === 'connected';
  }

  /** The same page as the one we are connected to is in the room under a new id. */
  #adopt() {
    const same = this.link && this.#roster.findSamePage(this.link.peer);
    if (same && same.id !== this.link?.peer.id) this.link?.adopt(same);
  }

  /** Talks to somebody else when the other side is out of reach and another is there; gives a link up whose peer is gone. */
  #reconsider() {
    if (this.#works()) return;
    const link = this.link;
    const known = link !== null && this.#roster.find(link.peer.id) !== null;
    const another = this.#roster.anotherThan(link?.peer.id);
    if ((!known || this.#roster.isLost(/** @type {PeerLink} */ (link).peer.id)) && another) this.#openLink(another);
    else if (link && !known && link.pc.connectionState !== 'disconnected') this.#closeLink();
    if (!this.link && this.client) this.#become('alone');
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
    const client = /** @type {import('../lib/postern.js').SignalClient} */ (this.client);
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
    const link = this.link;
    this.link = null;
    link?.close();
    this.#chat = null;
    this.peerMuted = false;
    this.stats = null;
    this.history = [];
    this.#emit('track', { track: null, stream: null });
  }

  /** @param {PeerLink} link */
  #watchLink(link) {
    listenWhile(link, () => this.link === link, {
      milestone: ({ name }) => this.timeline.mark(name),
      state: () => this.#onLinkState(link),
      track: (detail) => this.#emit('track', detail),
      'candidate-error': () => this.changed(),
      'gave-up': () => this.trouble('No path was found in several attempts. Restart ICE to try again, or hang up.'),
      error: (error) => this.#fail(error),
    });
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
    this.changed();
  }

  /** @param {PeerLink} link */
  #openChannels(link) {
    const chat = new ChatChannel(link.openChannel('chat', { id: CHANNEL_IDS.chat }));
    this.#chat = chat;
    listenWhile(chat, () => this.#chat === chat, {
      open: () => this.#onChatOpen(),
      close: () => this.#onRemoteClose(),
      chat: (text) => this.#emit('chat', { text, mine: false }),
      muted: (muted) => {
        this.peerMuted = muted;
        this.changed();
      },
    });
    this.#emit('files', new FileTransfer(link.openChannel('files', { id: CHANNEL_IDS.files })));
  }

  #onChatOpen() {
    this.timeline.mark('channel-open');
    this.#tellMuted();
    this.changed();
  }

  /** The other side has closed its end. If it does not leave the room now, it wants a new link. */
  #onRemoteClose() {
    this.#closeLink();
    this.#become('connecting');
    setTimeout(() => this.client && this.#reconsider(), REOPEN_AFTER_MS);
  }

  #tellMuted() {
    const audio = this.track('audio');
    this.#chat?.tellMuted(audio !== null && !audio.enabled);
  }

  async #readStats() {
    const link = this.link;
    if (!link || link.isClosed) return;
    const stats = await link.stats();
    if (this.link !== link) return;
    const [before, now] = [pathWords(this.stats), pathWords(stats)];
    if (before && now && before !== now) this.timeline.event('The path changed', `${now}; it was ${before}`);
    if (stats.media.framesDecoded > 0) this.timeline.mark('first-frame');
    if (stats.pair) this.history = [...this.history, { at: Date.now(), ...throughput(this.stats, stats), rttMs: stats.pair.rttMs }].slice(-HISTORY);
    this.stats = stats;
    this.#emit('stats', stats);
    this.changed();
  }

  // ---- telling ---------------------------------------------------------------------------------------------------------------------

  /** @param {Phase} phase */
  #become(phase) {
    this.phase = phase;
    this.changed();
  }

  /** Something that a page shows is different. */
  changed() {
    this.#emit('change', null);
  }

  /** @param {string} sentence for the person */
  trouble(sentence) {
    this.#emit('trouble', sentence);
  }

  /** @param {unknown} error */
  #fail(error) {
    const expected = error instanceof SignalError && EXPECTED.has(error.name);
    const words = error instanceof SignalError ? NOT_IN[error.name] : undefined;
    if (!expected) this.trouble(words ?? (error instanceof Error ? error.message : String(error)));
    if (words && !this.link) this.hangUp(); // the server does not let us into the room
  }

  /**
   * @param {string} type
   * @param {any} detail
   */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
