import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Roster } from '../../main/resources/dev/postern/webclient/call/roster.js';
import { Timeline } from '../../main/resources/dev/postern/webclient/call/timeline.js';
import { niceCeiling } from '../../main/resources/dev/postern/webclient/panel/graph.js';
import { bitRate, bytes, endpoint, millis } from '../../main/resources/dev/postern/webclient/shared/format.js';

const peer = (id) => ({ id, polite: false });

test('a roster prefers the newest that is there over one that is lost', () => {
  const roster = new Roster();
  roster.reset([peer('old'), peer('mid')]);
  roster.onPeer({ ev: 'join', room: 'r', peer: peer('new') });
  assert.equal(roster.anotherThan('old').id, 'new');
  roster.onPeer({ ev: 'lost', room: 'r', peer: peer('new') });
  assert.equal(roster.isLost('new'), true);
  assert.equal(roster.anotherThan('old').id, 'mid');
  roster.onPeer({ ev: 'back', room: 'r', peer: peer('new') });
  assert.equal(roster.anotherThan('mid').id, 'new');
  for (const id of ['new', 'mid']) roster.onPeer({ ev: 'leave', room: 'r', peer: peer(id) });
  assert.equal(roster.anotherThan('old'), null);
  assert.equal(roster.find('old').id, 'old');
});

test('events about somebody unknown do nothing', () => {
  const roster = new Roster();
  for (const ev of ['lost', 'back', 'leave', 'meta']) roster.onPeer({ ev, room: 'r', peer: peer('ghost') });
  assert.equal(roster.size, 0);
});

test('the time line leaves the wait for the other side out and keeps the groups in a row', async (t) => {
  let now = 1_000;
  t.mock.method(performance, 'now', () => now);
  const timeline = new Timeline();
  for (const [mark, after] of [['signal-connecting', 0], ['signal-open', 50], ['joined', 20]]) {
    now += after;
    timeline.mark(mark);
  }
  now += 60_000;
  timeline.startLink();
  for (const [mark, after] of [['answer-received', 30], ['ice-checking', 5], ['ice-connected', 10], ['connection-connected', 15]]) {
    now += after;
    timeline.mark(mark);
  }
  assert.deepEqual(
    timeline.spans().map((span) => [span.name, span.startMs, span.endMs]),
    [['Signaling server', 0, 50], ['Joining the room', 50, 70], ['Offer and answer', 70, 100], ['Trying pairs', 105, 115], ['Encryption (DTLS)', 115, 130]],
  );
  assert.equal(timeline.connectedAfterMs, 60);
  for (let i = 0; i < 200; i++) timeline.event('again');
  assert.equal(timeline.events.length, 60);
});

test('graph scales end on round numbers', () => {
  assert.deepEqual([0, 0.3, 1, 1.1, 4, 6, 99, 101].map(niceCeiling), [1, 0.5, 1, 2, 5, 10, 100, 200]);
});

test('numbers are written for people', () => {
  assert.deepEqual([0, 1_400, 999_499, 999_500, 1.44e6, 120e6].map(bitRate), ['0 kbit/s', '1 kbit/s', '999 kbit/s', '1.0 Mbit/s', '1.4 Mbit/s', '120 Mbit/s']);
  assert.deepEqual([0, 999, 1_000, 10_485_760, 3e9].map(bytes), ['0 bytes', '999 bytes', '1.0 kB', '10.5 MB', '3.0 GB']);
  assert.deepEqual([null, 0.42, 9.96, 300, 999.6, 12_000].map(millis), ['–', '0.4 ms', '10 ms', '300 ms', '1.0 s', '12 s']);
});

test('addresses: IPv6 in brackets, hidden ones said to be hidden, active TCP without its placeholder port', () => {
  const at = (address, port, protocol = 'udp') => endpoint({ address, port, protocol });
  assert.deepEqual([at('192.0.2.1', 5), at('2001:db8::1', 5), at('', 7), at('x.local', 7), at('192.0.2.1', 9, 'tcp'), endpoint(null)], ['192.0.2.1:5', '[2001:db8::1]:5', '(hidden):7', '(hidden):7', '192.0.2.1 (opens only)', '–']);
});
