import { el } from '../shared/dom.js';
import { codeParts } from './model.js';

/**
 * @param {string} text with `code` in it
 * @returns {(Node | string)[]}
 */
export function prose(text) {
  return codeParts(text).map((part) => (part.code ? el('code', {}, part.text) : part.text));
}

/**
 * @param {import('./model.js').MessageView} message
 * @returns {HTMLElement}
 */
export function messageCard(message) {
  const tags = message.tags.map((tag) => el('span', { class: 'kind', 'data-kind': tag }, tag));
  return el(
    'article',
    { class: 'card entry', id: message.id, 'aria-labelledby': `${message.id}-title` },
    el('header', {}, el('h3', { id: `${message.id}-title` }, el('a', { href: `#${message.id}` }, message.name)), ...tags),
    el('p', {}, ...prose(message.description)),
    message.fields.length > 0 ? fieldTable(message.name, message.fields) : '',
    examples(message),
  );
}

/**
 * @param {import('./model.js').DefinitionView} definition
 * @returns {HTMLElement}
 */
export function definitionCard(definition) {
  return el(
    'article',
    { class: 'card entry', id: definition.id, 'aria-labelledby': `${definition.id}-title` },
    el('header', {}, el('h3', { id: `${definition.id}-title` }, el('a', { href: `#${definition.id}` }, definition.name))),
    el('p', {}, ...prose(definition.description)),
    definition.fields.length > 0 ? fieldTable(definition.name, definition.fields) : '',
    definition.words.length > 0
      ? el('dl', { class: 'words' }, ...definition.words.flatMap(({ word, meaning }) => [el('dt', {}, el('code', {}, word)), el('dd', {}, ...prose(meaning))]))
      : '',
  );
}

/**
 * @param {string} of
 * @param {import('./model.js').FieldRow[]} fields
 */
function fieldTable(of, fields) {
  return table(
    `Fields of ${of}`,
    'table cards',
    ['Field', 'Type', 'Present', 'What it is'],
    fields.map((field) => [
      el('code', {}, field.name),
      el('span', {}, ...field.type.map(typePart), field.range ? el('span', { class: 'plain-words' }, ` ${field.range}`) : ''),
      el('span', {}, ...prose(field.presence)),
      el('span', {}, ...prose(field.description)),
    ]),
  );
}

/** @param {import('./model.js').Part} part */
function typePart(part) {
  return part.link ? el('a', { href: `#${part.link}` }, part.text) : part.text;
}

/**
 * @param {string} caption
 * @param {string} outcome the title of the column that says what comes of it
 * @param {import('./model.js').CodeRow[]} codes
 */
export function codeTable(caption, outcome, codes) {
  return table(
    caption,
    'table cards codes',
    ['Code', 'Name', outcome, 'When', 'What to do'],
    codes.map((code) => [
      el('code', {}, String(code.code)),
      el('code', {}, code.name),
      code.outcome,
      el('span', {}, ...prose(code.when)),
      el('span', {}, ...prose(code.todo)),
    ]),
  );
}

/**
 * Columns from the fourth on are sentences, which take a card's whole width on a phone.
 *
 * @param {string} caption
 * @param {string} look
 * @param {string[]} titles
 * @param {(Node | string)[][]} rows
 */
function table(caption, look, titles, rows) {
  const cell = (/** @type {Node | string} */ content, /** @type {number} */ column) => {
    const kind = column === 0 ? 'key' : column >= 3 ? 'wide' : undefined;
    return el('td', { role: 'cell', 'data-label': titles[column], class: kind }, content);
  };
  return el(
    'div',
    { class: 'table-box' },
    el(
      'table',
      { class: look, role: 'table' },
      el('caption', { class: 'visually-hidden' }, caption),
      el('thead', { role: 'rowgroup' }, el('tr', { role: 'row' }, ...titles.map((title) => el('th', { scope: 'col', role: 'columnheader' }, title)))),
      el('tbody', { role: 'rowgroup' }, ...rows.map((row) => el('tr', { role: 'row' }, ...row.map(cell)))),
    ),
  );
}

/** @param {import('./model.js').MessageView} message */
function examples(message) {
  if (message.examples.length === 0) return '';
  const count = message.examples.length === 1 ? '1 example' : `${message.examples.length} examples`;
  return el(
    'details',
    { class: 'examples' },
    el('summary', {}, count, el('span', { class: 'visually-hidden' }, ` of ${message.name}`)),
    ...message.examples.map((example) =>
      el('figure', {}, el('figcaption', { class: 'quiet' }, example.summary), el('pre', { tabindex: 0, 'aria-label': example.summary }, example.json)),
    ),
  );
}
