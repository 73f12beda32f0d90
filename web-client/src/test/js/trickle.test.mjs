import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { LocalCandidates, RemoteCandidates } from '../../main/resources/dev/postern/webclient/lib/trickle.js';

const sdp = (ufrag) => `v=0\r\na=ice-ufrag:${ufrag}\r\na=ice-pwd:x\r\n`;
const candidate = (name, usernameFragment) => ({ candidate: name, toJSON: () => ({ candidate: name, usernameFragment }) });

let sent;
let local;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  sent = [];
  local = new LocalCandidates((ice) => sent.push([ice.gen, ice.c.map((one) => one.candidate).join(), ice.end === true]));
});

test('candidates do not travel ahead of their description', () => {
  local.add(candidate('one', 'u1'));
  local.add(null);
  mock.timers.tick(1_000);
  assert.deepEqual(sent, []);
  assert.equal(local.described(sdp('u1')), 1);
  mock.timers.tick(20);
  assert.deepEqual(sent, [[1, 'one', true]]);
});

test('a new user fragment is a new generation, a known one is not', () => {
  assert.deepEqual(['u1', 'u1', 'u2', 'u1', 'u3'].map((ufrag) => local.described(sdp(ufrag))), [1, 1, 2, 1, 3]);
});

test('a late candidate of an old generation keeps its number', () => {
  local.described(sdp('u1'));
  local.described(sdp('u2'));
  local.add(candidate('new', 'u2'));
  local.add(candidate('old', 'u1'));
  mock.timers.tick(20);
  assert.deepEqual(sent, [[2, 'new', false], [1, 'old', false]]);
});

test('a browser that names no user fragment means the newest description', () => {
  local.described(sdp('u1'));
  local.described(sdp('u2'));
  local.add(candidate('plain', null));
  mock.timers.tick(20);
  assert.deepEqual(sent, [[2, 'plain', false]]);
});

test('nothing is sent after stop', () => {
  local.described(sdp('u1'));
  local.add(candidate('one', 'u1'));
  local.stop();
  mock.timers.tick(1_000);
  assert.deepEqual(sent, []);
});

test('remote candidates: current ones pass, stale ones are dropped, coming ones wait for their description', () => {
  const remote = new RemoteCandidates();
  const ice = (gen, ...names) => ({ gen, c: names.map((name) => ({ candidate: name })) });
  assert.deepEqual(remote.take(ice(1, 'a')), []);
  assert.deepEqual(remote.take({ ...ice(2, 'b'), end: true }), []);
  assert.deepEqual(remote.take(ice(3, 'c')), []);
  assert.deepEqual(remote.described(2), [{ candidate: 'b' }, null]);
  assert.deepEqual(remote.take(ice(1, 'd')), []);
  assert.deepEqual(remote.take(ice(2, 'e')), [{ candidate: 'e' }]);
  assert.equal(remote.dropped, 2);
  assert.deepEqual(remote.described(3), [{ candidate: 'c' }]);
});
