const MAX_EVENTS = 60;

/**
 * The spans of a set-up: name, the marks that begin and end it.
 *
 * @type {{name: string, group: 'signal' | 'link', from: string[], to: string[]}[]}
 */
const SPANS = [
  { name: 'Signaling server', group: 'signal', from: ['signal-connecting'], to: ['signal-open'] },
  { name: 'Joining the room', group: 'signal', from: ['signal-open'], to: ['joined'] },
  { name: 'Offer and answer', group: 'link', from: ['link'], to: ['answer-received', 'answer-sent'] },
  { name: 'Gathering candidates', group: 'link', from: ['gathering-gathering'], to: ['gathering-complete'] },
  { name: 'Trying pairs', group: 'link', from: ['ice-checking'], to: ['ice-connected', 'ice-completed'] },
  { name: 'Encryption (DTLS)', group: 'link', from: ['ice-connected', 'ice-completed'], to: ['connection-connected'] },
  { name: 'Data channel', group: 'link', from: ['ice-connected', 'ice-completed'], to: ['channel-open'] },
  { name: 'First picture', group: 'link', from: ['connection-connected'], to: ['first-frame'] },
];

/** @type {Record<string, string>} Marks that are worth a line of their own. */
const WORTH_TELLING = {
  'ice-restart': 'ICE restarts',
  'connection-connected': 'Connected',
  'connection-disconnected': 'The path is silent',
  'connection-failed': 'No pair answers any more',
};

/**
 * When what happened since the person joined. Marks are kept by their first occurrence, per link; events are a bounded list.
 *
 * @typedef {{name: string, startMs: number, endMs: number}} Span relative to the beginning of its group
 * @typedef {{at: number, text: string, detail: string}} TimelineEvent
 */
export class Timeline {
  /** @type {Map<string, number>} */
  #marks = new Map();
  /** @type {TimelineEvent[]} */
  events = [];

  /** @param {string} name */
  mark(name) {
    if (!this.#marks.has(name)) this.#marks.set(name, performance.now());
    if (WORTH_TELLING[name]) this.event(WORTH_TELLING[name]);
  }

  /** A new link to a peer: what belonged to the last one is over. */
  startLink() {
    for (const name of [...this.#marks.keys()]) if (!name.startsWith('signal-') && name !== 'joined') this.#marks.delete(name);
    this.mark('link');
  }

  /**
   * @param {string} text
   * @param {string} [detail]
   */
  event(text, detail = '') {
    this.events.push({ at: Date.now(), text, detail });
    if (this.events.length > MAX_EVENTS) this.events.shift();
  }

  /** @returns {Span[]} the spans that have ended, each group on its own clock, the second after the first */
  spans() {
    const signalStart = this.#marks.get('signal-connecting') ?? 0;
    const signalEnd = this.#marks.get('joined') ?? signalStart;
    const linkStart = this.#marks.get('link') ?? 0;
    // The wait for the other side may take minutes and is nobody's fault: it is left out between the groups.
    const shift = { signal: -signalStart, link: signalEnd - signalStart - linkStart };
    const first = (/** @type {string[]} */ names) => {
      const times = names.map((name) => this.#marks.get(name)).filter((time) => time !== undefined);
      return times.length > 0 ? Math.min(...times) : null;
    };
    const spans = [];
    for (const { name, group, from, to } of SPANS) {
      const [start, end] = [first(from), first(to)];
      if (start !== null && end !== null && end >= start) spans.push({ name, startMs: start + shift[group], endMs: end + shift[group] });
    }
    return spans;
  }

  /** @returns {number | null} milliseconds from "the other side is here" to "connected" */
  get connectedAfterMs() {
    const [from, to] = [this.#marks.get('link'), this.#marks.get('connection-connected')];
    return from !== undefined && to !== undefined ? to - from : null;
  }
}
