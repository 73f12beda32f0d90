import { matches, readReference } from './protocol/model.js';
import { codeTable, definitionCard, messageCard, prose } from './protocol/view.js';
import { byId, el, setText } from './shared/dom.js';
import { loadIcons } from './shared/icons.js';
import { themeSwitch } from './shared/theme.js';

const DOCUMENT = 'protocol/postern.v1.asyncapi.json';

async function main() {
  void loadIcons();
  themeSwitch();
  const state = byId('reference-state', HTMLElement);
  try {
    const answer = await fetch(DOCUMENT);
    if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
    show(readReference(await answer.json()));
    state.hidden = true;
  } catch (error) {
    setText(state, `The protocol's description could not be read. ${error instanceof Error ? error.message : ''} Reload the page to try again.`);
    return;
  }
  // The browser looked for the fragment before the cards were there.
  if (location.hash.length > 1) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

/** @param {import('./protocol/model.js').Reference} reference */
function show(reference) {
  byId('about', HTMLElement).replaceChildren(...prose(reference.about));
  byId('carriers', HTMLElement).replaceChildren(
    ...reference.carriers.map((carrier) => el('li', {}, el('code', {}, carrier.address), ' ', ...prose(carrier.description))),
  );
  const cards = [
    ...fill('client', reference.client, messageCard),
    ...fill('server', reference.server, messageCard),
    ...fill('objects', reference.objects, definitionCard),
    ...fill('words', reference.words, definitionCard),
  ];
  byId('errors', HTMLElement).append(codeTable('Error codes', 'Retry', reference.errors));
  byId('closes', HTMLElement).append(codeTable('Close codes', 'Advice', reference.closes));
  byId('reference', HTMLElement).hidden = false;
  filter(cards);
}

/**
 * @template {{id: string, name: string, description: string, fields: import('./protocol/model.js').FieldRow[]}} V
 * @param {string} section
 * @param {V[]} views
 * @param {(view: V) => HTMLElement} card
 */
function fill(section, views, card) {
  const cards = views.map((view) => ({ view, card: card(view), link: el('li', {}, el('a', { href: `#${view.id}` }, view.name)) }));
  byId(section, HTMLElement).append(...cards.map((entry) => entry.card));
  byId(`${section}-links`, HTMLElement).replaceChildren(...cards.map((entry) => entry.link));
  return cards;
}

/** @param {{view: {name: string, description: string, fields: import('./protocol/model.js').FieldRow[]}, card: HTMLElement, link: HTMLElement}[]} cards */
function filter(cards) {
  const field = byId('find', HTMLInputElement);
  const found = byId('found', HTMLElement);
  field.addEventListener('input', () => {
    let count = 0;
    for (const { view, card, link } of cards) {
      const isShown = matches(view, field.value);
      card.hidden = link.hidden = !isShown;
      count += isShown ? 1 : 0;
    }
    setText(found, field.value.trim() === '' ? '' : `${count} of ${cards.length}`);
  });
}

void main();
