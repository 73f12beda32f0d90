/** A call where the server asks for tokens, and rooms have moderators. */
import assert from 'node:assert/strict';
import { after, beforeEach, describe, mock, test } from 'node:test';
import { Call } from '../../main/resources/dev/postern/webclient/call/call.js';
import { readOptions, roomLink } from '../../main/resources/dev/postern/webclient/call/options.js';
import { FakeConnection } from './fake-rtc.mjs';
import { FakeSignaling } from './fake-signaling.mjs';
import { fakeNetwork, settle } from './fake-socket.mjs';

let hub;
let network;
const saved = { WebSocket: globalThis.WebSocket, fetch: globalThis.fetch };

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'Date'], now: 1_000_000 });
  hub = new FakeSignaling();
  network = fakeNetwork(hub);
  Object.assign(globalThis, { WebSocket: network.WebSocket, fetch: network.fetch, RTCPeerConnection: FakeConnection, location: new URL('http://page.test/calls/#room=room') });
});

after(() => Object.assign(globalThis, saved));

async function run(ms = 200) {
  for (let passed = 0; passed < ms; passed += 20) {
    mock.timers.tick(20);
    await settle();
  }
}

async function enter(name, options = {}) {
  const call = new Call({ room: 'room', name, media: 'none', relayOnly: false, autostart: false, wrongTurnPassword: false, ...options });
  call.troubles = [];
  call.addEventListener('trouble', ({ detail }) => call.troubles.push(detail));
  void call.join(name, 'none');
  await run();
  return call;
}

const socketOf = (call) => network.sockets.find((socket) => socket.connection.session?.peer === call.client.peerId);
const say = (call, message) => socketOf(call).onmessage({ data: JSON.stringify(message) });

describe('a token', () => {
  test('of the link is shown to the server', async () => {
    await enter('Ann', { token: 'abc' });
    assert.deepEqual(hub.tokens, ['abc']);
  });

  test('is asked for where the server refuses none, and used by the next join', async () => {
    hub.accepts = (token) => token === 'good';
    const call = await enter('Ann');
    assert.deepEqual([call.phase, call.access.wanted, call.verdict.code], ['left', 'to-join', 'unauthorized']);
    await call.access.show('good');
    assert.equal(call.access.wanted, 'no');
    await call.join('Ann', 'none');
    await run();
    assert.equal(call.phase, 'alone');
    assert.deepEqual(hub.tokens, [undefined, 'good']);
  });

  test('that ends soon is replaced in place, or is said not to be good', async () => {
    const call = await enter('Ann', { token: 'one' });
    say(call, { t: 'expiring', in: 70_000 });
    await run();
    assert.deepEqual([call.phase, call.access.wanted], ['alone', 'to-stay']);
    hub.refuse = () => ({ code: 2415, name: 'bad_token', retry: false, after: 0, detail: 'No.' });
    await assert.rejects(call.access.show('bad'), { name: 'bad_token' });
    assert.deepEqual([call.access.wanted, call.access.token], ['to-stay', 'one']);
    hub.refuse = () => null;
    await call.access.show('two');
    assert.deepEqual([call.access.wanted, call.access.token], ['no', 'two']);
    assert.deepEqual(hub.tokens, ['one', 'two']);
  });
});

describe('a moderator', () => {
  async function moderated() {
    const mo = await enter('Mo');
    mo.access.role = 'moderator';
    const ann = await enter('Ann');
    assert.deepEqual([mo.phase, ann.phase], ['live', 'live']);
    return [mo, ann];
  }

  test('locks the room for both to see, and who is kept out is told in words', async () => {
    const [mo, ann] = await moderated();
    await mo.access.lock(true);
    await run();
    assert.deepEqual([mo.access.isLocked, ann.access.isLocked], [true, true]);
    hub.refuse = (message) => message.t === 'join' && { code: 2412, name: 'room_locked', retry: false, after: 0, detail: 'locked' };
    const eve = await enter('Eve');
    assert.equal(eve.phase, 'left');
    assert.match(eve.troubles[0], /A moderator has locked this room/);
    assert.deepEqual([mo.phase, ann.phase], ['live', 'live']);
  });

  test('sends the other side out, which is told why and is out of the call', async () => {
    const [mo, ann] = await moderated();
    await mo.access.kick();
    await run();
    assert.deepEqual([mo.phase, ann.phase], ['alone', 'left']);
    assert.match(ann.troubles[0], /A moderator has sent you out/);
    assert.equal(mo.timeline.events.at(-1).detail, 'a moderator has sent it out');
  });

  test('may be refused', async () => {
    const [mo, ann] = await moderated();
    hub.refuse = () => ({ code: 2411, name: 'not_allowed', retry: false, after: 0, detail: 'Only moderators.' });
    await assert.rejects(mo.access.lock(true), { name: 'not_allowed' });
    assert.deepEqual([mo.access.isLocked, mo.phase, ann.phase], [false, 'live', 'live']);
  });
});

test('a call goes on when only the signaling server of the other side is gone', async () => {
  const ann = await enter('Ann');
  const bob = await enter('Bob');
  say(ann, { t: 'peer', ev: 'leave', room: 'room', peer: { id: bob.client.peerId }, why: 'node_lost' });
  await run();
  assert.equal(ann.phase, 'live');
  say(bob, { t: 'peer', ev: 'leave', room: 'room', peer: { id: ann.client.peerId }, why: 'left' });
  await run();
  assert.equal(bob.phase, 'alone');
});

describe('the address of the page', () => {
  function at(address) {
    const written = [];
    const url = new URL(address);
    globalThis.location = url;
    globalThis.history = { replaceState: (_state, _title, to) => written.push(to) };
    const options = readOptions();
    return { options, written, link: roomLink(options.room) };
  }

  test('gives a token in its fragment, and has it no more', () => {
    const { options, written } = at('http://page.test/?carrier=sse#room=r&token=abc&relay=1');
    assert.equal(options.token, 'abc');
    assert.deepEqual([options.room, options.relayOnly, options.carrier], ['r', true, 'sse']);
    assert.deepEqual(written, ['/?carrier=sse#room=r&relay=1']);
  });

  test('gives none in its query', () => {
    assert.equal(at('http://page.test/?token=abc#room=r').options.token, undefined);
  });

  test('makes a room up where it names none, of 60 bits of the random source', () => {
    const letters = new Map();
    for (let byte = 0; byte < 256; byte += 1) {
      const random = mock.method(crypto, 'getRandomValues', (array) => array.fill(byte));
      const { room } = at('http://page.test/').options;
      random.mock.restore();
      assert.match(room, /^(.)\1{3}-\1{4}-\1{4}$/, 'twelve letters, each of a byte of its own');
      letters.set(room[0], (letters.get(room[0]) ?? 0) + 1);
    }
    assert.equal(letters.size, 32);
    assert.deepEqual(new Set(letters.values()), new Set([8]), 'each letter as likely as the others');
  });

  test('leads others into the room without a token', () => {
    const { link } = at('http://page.test/?token=abc#room=r&token=abc');
    assert.equal(link, 'http://page.test/#room=r');
  });
});
