/** What the reference page makes of the committed AsyncAPI document. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { codeParts, matches, readReference } from '../../main/resources/dev/postern/webclient/protocol/model.js';

const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const DOCUMENT = read('../../main/resources/dev/postern/webclient/protocol/postern.v1.asyncapi.json');
const VECTORS = '../../../../signaling-protocol/src/test/resources/vectors/';

const reference = readReference(DOCUMENT);
const cards = [...reference.client, ...reference.server, ...reference.objects, ...reference.words];
const message = (side, name) => reference[side].find((one) => one.name === name);
const field = (of, name) => of.fields.find((one) => one.name === name);

describe('the reference', () => {
  test('shows every message of the vectors on its side, with those vectors as examples', () => {
    for (const side of ['client', 'server']) {
      const vectors = read(`${VECTORS}${side}.json`);
      assert.deepEqual(new Set(reference[side].map((one) => one.name)), new Set(vectors.map((vector) => vector.message.t)));
      assert.equal(reference[side].flatMap((one) => one.examples).length, vectors.length);
    }
  });

  test('says of every card and field what it is, and of every field what it holds and when it is there', () => {
    for (const card of cards) {
      assert.ok(card.description.length > 10, card.id);
      for (const row of card.fields) {
        const where = `${card.id}.${row.name}`;
        assert.ok(row.description.length > 3, where);
        assert.ok(row.type.map((part) => part.text).join('').length > 3, where);
        assert.ok(row.presence !== '', where);
      }
    }
  });

  test('every example has only fields that its card has a row for', () => {
    for (const card of [...reference.client, ...reference.server]) {
      for (const example of card.examples) {
        const known = ['t', ...card.fields.map((row) => row.name)];
        assert.deepEqual(Object.keys(JSON.parse(example.json)).filter((name) => !known.includes(name)), [], card.id);
      }
    }
  });

  test('every card has an id of its own, and every type that is a link leads to one', () => {
    const ids = cards.map((card) => card.id);
    assert.equal(new Set(ids).size, ids.length);
    const links = cards.flatMap((card) => card.fields).flatMap((row) => row.type).flatMap((part) => part.link ?? []);
    assert.ok(links.length > 10);
    for (const link of links) assert.ok(ids.includes(link), link);
  });

  test('tells requests and numbered messages from the others', () => {
    assert.deepEqual(message('client', 'join').tags, ['request']);
    assert.deepEqual(message('client', 'ack').tags, []);
    assert.deepEqual(message('server', 'sig').tags, ['numbered']);
  });

  test('knows when a field is there', () => {
    const presence = (of, name) => field(of, name).presence;
    assert.equal(presence(message('client', 'join'), 'room'), 'always');
    assert.equal(presence(message('client', 'join'), 'name'), 'optional');
    assert.equal(presence(message('server', 'err'), 're'), 'always, or null');
    assert.equal(presence(message('server', 'ok'), 'room'), 'optional');
    assert.equal(presence(message('server', 'ok'), 'peers'), 'with `room`');
    assert.equal(presence(reference.objects.find((one) => one.name === 'Description'), 'sdp'), 'unless `type` is `rollback`');
  });

  test('names types and ranges as a person does', () => {
    const told = (of, name) => `${field(of, name).type.map((part) => part.text).join('')} ${field(of, name).range}`.trim();
    assert.equal(told(message('client', 'join'), 'id'), 'integer from 1');
    assert.equal(told(message('client', 'join'), 'meta'), 'Meta');
    assert.equal(told(message('client', 'hello'), 'caps'), 'list of text');
    assert.equal(told(message('client', 'ice'), 'c'), 'list of Candidate');
    assert.equal(told(message('client', 'ice'), 'end'), 'true or false');
    assert.equal(told(message('server', 'bye'), 'after'), 'integer ms');
    assert.equal(told(reference.objects.find((one) => one.name === 'Candidate'), 'sdpMLineIndex'), 'integer 0 to 65535');
  });

  test('says of every code what to do', () => {
    for (const code of [...reference.errors, ...reference.closes]) assert.ok(code.todo.length >= 10 && code.when.length > 5, String(code.code));
    assert.equal(reference.errors.find((code) => code.name === 'rate_limited').outcome, 'retry');
    assert.equal(reference.closes.find((code) => code.name === 'replaced').outcome, 'stop');
  });
});

test('code in a text is told from the words around it', () => {
  assert.deepEqual(codeParts('`a` and `b`.'), [
    { text: 'a', code: true },
    { text: ' and ', code: false },
    { text: 'b', code: true },
    { text: '.', code: false },
  ]);
});

test('a search looks at names, fields and words, whatever the case', () => {
  const join = message('client', 'join');
  for (const sought of ['', ' JOIN', 'room', 'calls itself']) assert.ok(matches(join, sought), sought);
  assert.ok(!matches(join, 'sdpMLineIndex'));
});
