/** Candidates that are found close together travel in one message: this long after the first. */
const BATCH_MS = 20;
/** Candidates kept for a description that has not arrived yet; a peer that sends more is not serious. */
const MAX_EARLY = 200;

/** @typedef {import('./protocol.js').Candidate} Candidate */

/**
 * Our candidates on their way out: each carries the ICE generation of its description, and none travels ahead of it. A generation is a new
 * `ice-ufrag`, whatever made it (first offer, answer, restart, rollback), counted from 1.
 */
export class LocalCandidates {
  #send;
  /** @type {Map<string, number>} */
  #generations = new Map();
  #announced = 0;
  /** @type {{gen: number, candidate: Candidate | null}[]} null = the end of that generation */
  #waiting = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {(ice: {gen: number, c: Candidate[], end?: boolean}) => void} send */
  constructor(send) {
    this.#send = send;
  }

  /**
   * @param {string} sdp our description, which is sent now
   * @returns {number} its generation
   */
  described(sdp) {
    this.#announced = this.#of(/^a=ice-ufrag:(\S+)/m.exec(sdp)?.[1]);
    this.#schedule();
    return this.#announced;
  }

  /** @param {RTCIceCandidate | null} candidate null = there are no more in this generation */
  add(candidate) {
    const given = candidate?.candidate ? /** @type {Candidate} */ (candidate.toJSON()) : null;
    this.#waiting.push({ gen: this.#of(given?.usernameFragment), candidate: given });
    this.#schedule();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#waiting = [];
  }

  #schedule() {
    if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => this.#flush(), BATCH_MS);
  }

  #flush() {
    this.#timer = undefined;
    const ready = this.#waiting.filter((one) => one.gen <= this.#announced);
    this.#waiting = this.#waiting.filter((one) => one.gen > this.#announced);
    for (const gen of new Set(ready.map((one) => one.gen))) {
      const ofGeneration = ready.filter((one) => one.gen === gen).map((one) => one.candidate);
      const c = /** @type {Candidate[]} */ (ofGeneration.filter((candidate) => candidate !== null));
      this.#send(c.length < ofGeneration.length ? { gen, c, end: true } : { gen, c });
    }
  }

  /** @param {string | null | undefined} ufrag without one, the newest generation is meant */
  #of(ufrag) {
    if (!ufrag) return Math.max(1, this.#generations.size);
    const generation = this.#generations.get(ufrag) ?? this.#generations.size + 1;
    this.#generations.set(ufrag, generation);
    return generation;
  }
}

/**
 * The peer's candidates on their way in: those of an older generation than its last description are dropped, those that came before their
 * description wait for it.
 */
export class RemoteCandidates {
  #generation = 0;
  /** @type {{gen: number, candidate: Candidate | null}[]} */
  #early = [];
  /** How many were dropped, because they were stale or too many. */
  dropped = 0;

  /**
   * @param {{gen: number, c: Candidate[], end?: boolean}} ice
   * @returns {(Candidate | null)[]} what can be applied now; null = end of candidates
   */
  take(ice) {
    /** @type {(Candidate | null)[]} */
    const candidates = [...(ice.c ?? [])];
    if (ice.end) candidates.push(null);
    if (ice.gen === this.#generation) return candidates;
    if (ice.gen < this.#generation || this.#early.length + candidates.length > MAX_EARLY) {
      this.dropped += candidates.length;
      return [];
    }
    for (const candidate of candidates) this.#early.push({ gen: ice.gen, candidate });
    return [];
  }

  /**
   * The peer's description of this generation is in force.
   *
   * @param {number} gen
   * @returns {(Candidate | null)[]} candidates that waited for it
   */
  described(gen) {
    this.#generation = gen;
    const ready = this.#early.filter((early) => early.gen === gen);
    const later = this.#early.filter((early) => early.gen > gen);
    this.dropped += this.#early.length - ready.length - later.length;
    this.#early = later;
    return ready.map((early) => early.candidate);
  }
}
