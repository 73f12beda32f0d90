import { byId, el, setText } from '../shared/dom.js';
import { clock, millis } from '../shared/format.js';

/** The set-up as a waterfall, and what happened since as a list, newest first. */
export class TimelineView {
  #card = byId('timeline', HTMLElement);
  #waterfall = byId('waterfall', HTMLElement);
  #events = byId('events', HTMLElement);
  #sum = byId('timeline-sum', HTMLElement);
  #shown = '';

  /** @param {import('../call/timeline.js').Timeline} timeline */
  show(timeline) {
    const spans = timeline.spans();
    const shown = JSON.stringify([spans, timeline.events]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#card.hidden = timeline.events.length === 0;
    const total = Math.max(1, ...spans.map((span) => span.endMs));
    this.#waterfall.replaceChildren(...spans.map((span) => bar(span, total)));
    this.#events.replaceChildren(...timeline.events.map(line).reverse());
    const connected = timeline.connectedAfterMs;
    setText(this.#sum, connected === null ? '' : `connected in ${millis(connected)}`);
  }
}

/**
 * @param {import('../call/timeline.js').Span} span
 * @param {number} totalMs
 */
function bar({ name, startMs, endMs }, totalMs) {
  const piece = el('span', { class: 'span' });
  piece.style.setProperty('--from', `${(100 * startMs) / totalMs}%`);
  piece.style.setProperty('--length', `${(100 * (endMs - startMs)) / totalMs}%`);
  return el('li', {}, el('span', {}, name), el('span', { class: 'track', 'aria-hidden': 'true' }, piece), el('span', { class: 'ms' }, millis(endMs - startMs)));
}

/** @param {import('../call/timeline.js').TimelineEvent} event */
function line({ at, text, detail }) {
  const words = el('span', {}, text);
  if (detail) words.append(': ', el('bdi', {}, detail));
  return el('li', {}, el('time', {}, clock(at)), words);
}
