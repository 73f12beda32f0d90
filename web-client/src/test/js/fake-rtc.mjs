/**
 * An RTCPeerConnection with the signaling state machine of the W3C text (offer, answer, rollback, negotiationneeded, operations in a
 * chain) and no network. Strict: a step that the state does not allow rejects, and so does a candidate whose user fragment is not that
 * of the remote description. "Connected" means: stable, and a candidate of the peer was applied.
 */
let serial = 0;

export class FakeConnection {
  signalingState = 'stable';
  connectionState = 'new';
  iceConnectionState = 'new';
  iceGatheringState = 'new';
  localDescription = null;
  remoteDescription = null;
  applied = [];
  channels = [];
  ends = 0;
  restarts = 0;
  closed = false;
  #parts = 0;
  #agreedParts = 0;
  #ufrag = null;
  #restart = false;
  #needed = false;
  #chain = Promise.resolve();
  #operations = 0;
  #stable = { local: null, remote: null, ufrag: null };

  constructor(configuration) {
    this.configuration = configuration;
  }

  addTrack() {
    this.#parts += 1;
    this.#checkNeeded();
  }

  createDataChannel(label) {
    this.#parts = Math.max(1, this.#parts);
    this.#checkNeeded();
    const channel = { label, readyState: 'connecting', addEventListener() {} };
    this.channels.push(channel);
    return channel;
  }

  getSenders() {
    return [];
  }

  async getStats() {
    return new Map(this.stats ?? []);
  }

  setConfiguration(configuration) {
    this.configuration = configuration;
  }

  restartIce() {
    this.restarts += 1;
    this.#restart = true;
    this.#checkNeeded();
  }

  close() {
    this.closed = true;
    this.signalingState = 'closed';
  }

  setLocalDescription(description) {
    return this.#operation(() => {
      if (description?.type === 'rollback') return this.#rollback('have-local-offer');
      if (this.signalingState === 'have-remote-offer') return this.#answer();
      if (this.signalingState !== 'stable') throw new Error(`an offer in ${this.signalingState}`);
      return this.#offer();
    });
  }

  setRemoteDescription({ type, sdp }) {
    return this.#operation(() => {
      if (type === 'rollback') return this.#rollback('have-remote-offer');
      if (type === 'offer') {
        if (this.signalingState === 'have-local-offer') this.#rollback('have-local-offer');
        if (this.signalingState !== 'stable') throw new Error(`a remote offer in ${this.signalingState}`);
        this.signalingState = 'have-remote-offer';
      } else {
        if (this.signalingState !== 'have-local-offer') throw new Error(`a remote answer in ${this.signalingState}`);
        this.#agreedParts = this.localDescription.parts;
        this.signalingState = 'stable';
      }
      this.remoteDescription = { type, sdp, parts: partsOf(sdp) };
      this.#afterDescription();
    });
  }

  addIceCandidate(candidate) {
    return this.#operation(() => {
      if (!this.remoteDescription) throw new Error('a candidate before any description');
      if (!candidate) return void (this.ends += 1);
      if (candidate.usernameFragment !== ufragOf(this.remoteDescription.sdp)) throw new Error('a candidate of another generation');
      this.applied.push(candidate.candidate);
      this.#connect('connected');
    });
  }

  /** Plays the network: `failed`, `disconnected`, `connected`. */
  become(state) {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }

  #offer() {
    if (this.#restart || !this.#ufrag) this.#ufrag = `u${++serial}`;
    this.signalingState = 'have-local-offer';
    this.localDescription = this.#describe('offer', this.#parts);
    this.#gather();
  }

  #answer() {
    const restarted = !this.#stable.remote || ufragOf(this.#stable.remote.sdp) !== ufragOf(this.remoteDescription.sdp);
    if (restarted || this.#restart || !this.#ufrag) this.#ufrag = `u${++serial}`;
    this.#agreedParts = Math.max(this.#agreedParts, this.remoteDescription.parts);
    this.localDescription = this.#describe('answer', this.#agreedParts);
    this.signalingState = 'stable';
    this.#gather();
    this.#afterDescription();
  }

  #rollback(from) {
    if (this.signalingState !== from) throw new Error(`rollback in ${this.signalingState}`);
    this.localDescription = this.#stable.local;
    this.remoteDescription = this.#stable.remote;
    this.#ufrag = this.#stable.ufrag;
    this.signalingState = 'stable';
  }

  #describe(type, parts) {
    return { type, parts, sdp: `v=0\r\na=ice-ufrag:${this.#ufrag}\r\na=ice-pwd:p\r\na=parts:${parts}\r\n` };
  }

  #afterDescription() {
    if (this.signalingState !== 'stable') return;
    this.#stable = { local: this.localDescription, remote: this.remoteDescription, ufrag: this.#ufrag };
    if (this.#restart && this.localDescription.type === 'offer') this.#restart = false;
    else if (this.localDescription.type === 'answer') this.#restart = false;
    this.#needed = false;
    this.#checkNeeded();
  }

  #gather() {
    const ufrag = this.#ufrag;
    const emit = (n) => {
      if (this.closed) return;
      const candidate = n === 3 ? null : { candidate: `candidate:${n} ${ufrag}`, usernameFragment: ufrag, toJSON: () => ({ candidate: `candidate:${n} ${ufrag}`, usernameFragment: ufrag }) };
      this.onicecandidate?.({ candidate });
    };
    for (const n of [1, 2, 3]) queueMicrotask(() => queueMicrotask(() => emit(n)));
  }

  #connect(state) {
    if (this.connectionState !== state) queueMicrotask(() => !this.closed && this.become(state));
  }

  #checkNeeded() {
    queueMicrotask(() => {
      const wanted = this.#restart || this.#parts > this.#agreedParts;
      if (this.closed || this.#needed || !wanted || this.signalingState !== 'stable' || this.#operations > 0) return;
      this.#needed = true;
      this.onnegotiationneeded?.();
    });
  }

  #operation(step) {
    this.#operations += 1;
    const done = this.#chain.then(() => {
      if (this.closed) return new Promise(() => {});
      return step();
    });
    this.#chain = done.catch(() => {}).then(() => {
      this.#operations -= 1;
      this.#checkNeeded();
    });
    return done;
  }
}

/** @param {string} sdp */
export function ufragOf(sdp) {
  return /ice-ufrag:(\S+)/.exec(sdp)[1];
}

function partsOf(sdp) {
  return Number(/parts:(\d+)/.exec(sdp)[1]);
}
