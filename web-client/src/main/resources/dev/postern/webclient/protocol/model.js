/**
 * The AsyncAPI document of the protocol as the page shows it: no references, no schema words, texts for a person.
 *
 * @typedef {{text: string, link?: string}} Part a piece of a type's name; `link` is the name of the definition it stands for
 * @typedef {{name: string, type: Part[], presence: string, range: string, description: string}} FieldRow
 * @typedef {{id: string, name: string, description: string, tags: string[], fields: FieldRow[], examples: {summary: string, json: string}[]}} MessageView
 * @typedef {{id: string, name: string, description: string, fields: FieldRow[], words: {word: string, meaning: string}[]}} DefinitionView
 * @typedef {{code: number, name: string, outcome: string, when: string, todo: string}} CodeRow
 * @typedef {object} Reference
 * @property {string} about
 * @property {{name: string, address: string, description: string}[]} carriers
 * @property {MessageView[]} client
 * @property {MessageView[]} server
 * @property {DefinitionView[]} objects
 * @property {DefinitionView[]} words
 * @property {CodeRow[]} errors
 * @property {CodeRow[]} closes
 */

/** Definitions that are listed elsewhere, or are only there for validators. */
const NOT_LISTED = ['ClientMessage', 'ServerMessage', 'ErrorCode', 'CloseCode', 'MetaValue'];

/**
 * @param {any} document
 * @returns {Reference}
 */
export function readReference(document) {
  const { schemas, messages } = document.components;
  const operations = /** @type {any[]} */ (Object.values(document.operations));
  const first = Object.keys(document.channels)[0];
  const of = (/** @type {string} */ action) =>
    operations
      .filter((operation) => operation.action === action && operation.channel.$ref === `#/channels/${first}`)
      .flatMap((operation) => operation.messages)
      .map((reference) => messageView(nameOf(reference.$ref), messages, schemas));
  const definitions = Object.keys(schemas).filter((name) => !messages[name] && !NOT_LISTED.includes(name));
  return {
    about: document.info.description,
    carriers: Object.entries(document.channels).map(([name, channel]) => ({ name, address: channel.address, description: channel.description })),
    client: of('receive'),
    server: of('send'),
    objects: definitions.filter((name) => !schemas[name].oneOf).map((name) => definitionView(name, schemas[name])),
    words: definitions.filter((name) => schemas[name].oneOf).map((name) => definitionView(name, schemas[name])),
    errors: document['x-error-codes'].map((/** @type {any} */ code) => ({
      code: code.code,
      name: code.name,
      outcome: code.retry ? 'retry' : 'no retry',
      when: code.when,
      todo: code.remedy,
    })),
    closes: document['x-close-codes'].map((/** @type {any} */ code) => ({
      code: code.code,
      name: code.name,
      outcome: code.advice,
      when: code.when,
      todo: code.remedy,
    })),
  };
}

/** @param {string} reference */
function nameOf(reference) {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

/**
 * @param {string} name
 * @param {any} messages
 * @param {any} schemas
 * @returns {MessageView}
 */
function messageView(name, messages, schemas) {
  const message = messages[name];
  const schema = schemas[nameOf(message.payload.$ref)];
  const tags = [];
  if (message['x-answered']) tags.push('request');
  if (message['x-numbered']) tags.push('numbered');
  return {
    id: name,
    name: message.name,
    description: schema.description,
    tags,
    fields: fieldRows(schema),
    examples: message.examples.map((/** @type {any} */ example) => ({ summary: example.summary, json: JSON.stringify(example.payload, null, 2) })),
  };
}

/**
 * @param {string} name
 * @param {any} schema
 * @returns {DefinitionView}
 */
function definitionView(name, schema) {
  return {
    id: name,
    name,
    description: schema.description,
    fields: fieldRows(schema),
    words: (schema.oneOf ?? []).map((/** @type {any} */ word) => ({ word: word.const, meaning: word.description })),
  };
}

/**
 * @param {any} schema of an object
 * @returns {FieldRow[]}
 */
function fieldRows(schema) {
  return Object.entries(schema.properties ?? {})
    .filter(([name]) => name !== 't')
    .map(([name, property]) => ({
      name,
      type: typeParts(property),
      presence: presence(name, property, schema),
      range: range(property),
      description: property.description ?? '',
    }));
}

/**
 * @param {any} property
 * @returns {Part[]}
 */
function typeParts(property) {
  if (property.$ref) return [{ text: nameOf(property.$ref), link: nameOf(property.$ref) }];
  if (property.anyOf) return typeParts(property.anyOf.find((/** @type {any} */ one) => one.type !== 'null'));
  const type = [property.type].flat().find((one) => one !== 'null');
  if (type === 'array') return [{ text: 'list of ' }, ...typeParts(property.items)];
  const words = /** @type {Record<string, string>} */ ({ string: 'text', boolean: 'true or false' });
  return [{ text: words[type] ?? type }];
}

/** @param {any} property */
function isNullable(property) {
  return [property.type].flat().includes('null') || (property.anyOf ?? []).some((/** @type {any} */ one) => one.type === 'null');
}

/**
 * @param {string} name
 * @param {any} property
 * @param {any} schema the object around it
 * @returns {string} whether it is there
 */
function presence(name, property, schema) {
  if (schema.required?.includes(name)) return isNullable(property) ? 'always, or null' : 'always';
  for (const rule of schema.allOf ?? []) {
    if (rule.then?.required?.includes(name)) return `with \`${rule.if.required[0]}\``;
    if (rule.else?.required?.includes(name)) {
      const [[other, word]] = Object.entries(rule.if.properties);
      return `unless \`${other}\` is \`${/** @type {any} */ (word).const}\``;
    }
  }
  return 'optional';
}

/**
 * @param {any} property
 * @returns {string} what is allowed beyond the type, where that is not what every integer of the protocol may be
 */
function range(property) {
  if (property.minItems) return `at least ${property.minItems}`;
  if (property.minimum === undefined) return '';
  const bounds = property.maximum <= 65_535 ? `${property.minimum} to ${property.maximum}` : property.minimum > 0 ? `from ${property.minimum}` : '';
  return [bounds, property['x-unit']].filter(Boolean).join(', ');
}

/**
 * A text with `code` in it, taken apart.
 *
 * @param {string} text
 * @returns {{text: string, code: boolean}[]}
 */
export function codeParts(text) {
  return text
    .split('`')
    .map((part, index) => ({ text: part, code: index % 2 === 1 }))
    .filter((part) => part.text !== '');
}

/**
 * Whether a message or definition has to do with what a person looks for.
 *
 * @param {{name: string, description: string, fields: FieldRow[]}} view
 * @param {string} sought
 */
export function matches(view, sought) {
  const wanted = sought.trim().toLowerCase();
  const own = [view.name, view.description, ...view.fields.flatMap((field) => [field.name, field.description])];
  return wanted === '' || own.some((text) => text.toLowerCase().includes(wanted));
}
