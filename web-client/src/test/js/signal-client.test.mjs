import assert from 'node:assert/strict';
import { beforeEach, describe, mock, test } from 'node:test';
import { SignalClient } from '../../main/resources/dev/postern/webclient/lib/postern.js';
import { FakeSignaling } from './fake-signaling.mjs';
import { fakeNetwork, settle } from './fake-socket.mjs';

const URL = 'ws://server.test/signal/v1/ws';

/** @type {FakeSignaling} */
let hub;
/** @type {ReturnType<typeof fakeNetwork>} */
let network;

function newClient(options = {}) {
  const client = new SignalClient(URL, { WebSocket: network.WebSocket, fetch: network.fetch, random: () => 0, ...options });
  client.seen = [];
  for (const type of ['state', 'welcome', 'joined', 'peer', 'sig', 'ice', 'ice-servers', 'error', 'log']) {
    client.addEventListener(type, (event) => client.seen.push([type, event.detail]));
  }
  client.of = (type) => client.seen.filter((one) => one[0] === type).map((one) => one[1]);
  return client;
}

async function pass(ms) {
  mock.timers.tick(ms);
  await settle();
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  hub = new FakeSignaling();
  network = fakeNetwork(hub);
});

describe('a session', () => {
  test('says hello with the subprotocol and resolves with the welcome', async () => {
    const client = newClient();
    const session = await client.connect();
    assert.equal(session.resumed, false);
    assert.equal(client.state, 'open');
    assert.deepEqual(network.sockets[0].protocols, ['postern.v1.json']);
    assert.deepEqual(client.of('state').map((one) => one.state), ['connecting', 'open']);
  });

  test('join tells who is there and who is polite; the earlier member hears of the later one', async () => {
    const [ann, bob] = [newClient(), newClient()];
    await Promise.all([ann.connect(), bob.connect()]);
    await ann.join('room', { name: 'Ann' });
    const joined = await bob.join('room', { name: 'Bob' });
    assert.deepEqual(joined.peers, [{ id: ann.peerId, name: 'Ann', polite: true }]);
    await settle();
    assert.deepEqual(ann.of('peer').map(({ ev, peer }) => [ev, peer.name, peer.polite]), [['join', 'Bob', false]]);
  });

  test('requests made before the socket is open are sent after the welcome', async () => {
    const client = newClient();
    const connected = client.connect();
    const joined = client.join('room');
    await connected;
    assert.equal((await joined).room, 'room');
    assert.deepEqual(hub.breaches, []);
  });

  test('an err answer rejects with its name, number and sentence', async () => {
    const client = newClient();
    await client.connect();
    hub.refuse = (message) => message.t === 'join' && { code: 2403, name: 'room_full', retry: false, after: 0, detail: 'The room holds two.' };
    await assert.rejects(client.join('room'), { name: 'room_full', code: 2403, message: 'The room holds two.', retry: false });
  });

  test('a request that is asked to wait is sent again, with a new id, after that time', async () => {
    const client = newClient();
    await client.connect();
    let refusals = 0;
    hub.refuse = () => (refusals++ === 0 ? { code: 2429, name: 'rate_limited', retry: true, after: 700, detail: 'Slower.' } : null);
    const joined = client.join('room');
    await settle();
    await pass(699);
    assert.equal(client.of('joined').length, 0);
    await pass(1);
    assert.equal((await joined).room, 'room');
  });

  test('an answer that never comes rejects with timeout', async () => {
    const client = newClient({ timeoutMs: 5_000 });
    await client.connect();
    hub.mute.add('join');
    const joined = assert.rejects(client.join('room'), { name: 'timeout', retry: true });
    await settle();
    await pass(5_000);
    await joined;
  });

  test('more than 256 unanswered requests are refused, not hoarded', async () => {
    const client = newClient();
    const waiting = Array.from({ length: 256 }, () => client.join('room').catch(() => {}));
    await assert.rejects(client.join('room'), { name: 'too_many_requests' });
    client.close();
    await Promise.all(waiting);
  });

  test('ping measures a round trip', async () => {
    const client = newClient();
    await client.connect();
    assert.ok((await client.ping()) >= 0);
  });

  test('a ping of the server is answered with its timestamp', async () => {
    const client = newClient();
    await client.connect();
    network.sockets[0].onmessage({ data: '{"t":"ping","ts":77}' });
    assert.deepEqual(client.of('log').filter((one) => one.type === 'pong').map((one) => one.message.ts), [77]);
  });

  test('frames that are not messages, and unknown types, are noted and ignored', async () => {
    const client = newClient();
    await client.connect();
    for (const data of ['', 'null', '1', '[]', '{}', '{"t":5}', '{', '{"t":"novel"}', new ArrayBuffer(3)]) network.sockets[0].onmessage({ data });
    assert.equal(client.state, 'open');
    assert.equal(client.of('log').filter((one) => one.direction === 'note' && one.type.endsWith('was ignored')).length, 9);
  });

  test('the log holds no resume secret, token, TURN credential or ICE password', async () => {
    hub.iceServers = [{ urls: ['turn:t'], username: '1700000000:ann', credential: 'turn-pass' }];
    const [ann, bob] = [newClient({ token: 'jwt-token' }), newClient()];
    await Promise.all([ann.connect(), bob.connect()]);
    await ann.join('room');
    await bob.join('room');
    const sdp = 'v=0\r\na=ice-ufrag:abcd\r\na=ice-pwd:ice-password\r\n';
    await bob.sendSig({ to: ann.peerId, room: 'room', neg: 1, gen: 1, d: { type: 'offer', sdp } });
    ann.dropSocket();
    await settle();
    await pass(1_000);
    const text = JSON.stringify([ann.of('log'), bob.of('log')]);
    for (const secret of ['secret-of', 'jwt-token', 'turn-pass', '1700000000', 'ice-password']) assert.ok(!text.includes(secret), secret);
    assert.ok(text.includes('ice-ufrag:abcd'));
    assert.equal(ann.iceServers[0].credential, 'turn-pass');
  });
});

describe('a dropped socket', () => {
  test('is resumed: missed messages come once and in order, requests are answered once', async () => {
    const [ann, bob] = [newClient(), newClient()];
    await Promise.all([ann.connect(), bob.connect()]);
    await ann.join('room');
    await bob.join('room');
    const send = (gen) => bob.sendIce({ to: ann.peerId, room: 'room', gen, c: [] });
    await send(1);
    network.sockets.find((socket) => socket.connection.session.peer === ann.peerId).fail(1006);
    await settle();
    assert.equal(ann.state, 'waiting');
    await send(2);
    const late = ann.sendIce({ to: bob.peerId, room: 'room', gen: 9, c: [] });
    await send(3);
    await pass(1_000);
    await late;
    assert.equal(ann.state, 'open');
    assert.deepEqual(ann.of('welcome').map((one) => one.resumed), [false, true]);
    assert.deepEqual(ann.of('ice').map((one) => one.gen), [1, 2, 3]);
    assert.deepEqual(bob.of('ice').map((one) => one.gen), [9]);
    assert.deepEqual(bob.of('peer').map((one) => one.ev), ['lost', 'back']);
    assert.equal(ann.of('joined').length, 1);
    assert.deepEqual(hub.breaches, []);
  });

  test('a request whose answer was lost has one effect', async () => {
    const [ann, bob] = [newClient(), newClient()];
    await Promise.all([ann.connect(), bob.connect()]);
    await ann.join('room');
    await bob.join('room');
    hub.mute.add('ice');
    const sent = bob.sendIce({ to: ann.peerId, room: 'room', gen: 5, c: [] });
    await settle();
    hub.mute.clear();
    network.sockets.find((socket) => socket.connection.session.peer === bob.peerId).fail(1006);
    await settle();
    await pass(1_000);
    await sent;
    assert.deepEqual(ann.of('ice').map((one) => one.gen), [5]);
  });

  test('a replayed message that was already taken is ignored', async () => {
    const client = newClient();
    await client.connect();
    const data = '{"t":"peer","seq":1,"ev":"join","room":"r","peer":{"id":"p_x"}}';
    network.sockets[0].onmessage({ data });
    network.sockets[0].onmessage({ data });
    assert.equal(client.of('peer').length, 1);
    assert.equal(client.got, 1);
  });

  test('a session that the server forgot is begun anew: rooms are joined again and waiting requests fail', async () => {
    const client = newClient();
    await client.connect();
    await client.join('room', { name: 'Ann' });
    hub.mute.add('sig');
    const lost = assert.rejects(client.sendSig({ to: 'p_x', room: 'room', neg: 1, gen: 1, d: { type: 'offer', sdp: '' } }), { name: 'session_lost' });
    await settle();
    hub.sessions.clear();
    network.cut();
    await settle();
    await pass(1_000);
    await lost;
    assert.deepEqual(client.of('joined').map((one) => one.again), [false, true]);
    assert.equal(hub.members('room')[0].rooms.get('room').name, 'Ann');
  });

  test('acks go out after 16 messages or 2 seconds, and ride on other messages', async () => {
    const client = newClient();
    await client.connect();
    const acks = () => client.of('log').filter((one) => one.direction === 'out' && one.message.got !== undefined).map((one) => [one.type, one.message.got]);
    const take = (seq) => network.sockets[0].onmessage({ data: `{"t":"peer","seq":${seq},"ev":"meta","room":"r","peer":{"id":"p"}}` });
    hub.sessions.values().next().value.seq = 100;
    for (let seq = 1; seq <= 16; seq++) take(seq);
    assert.deepEqual(acks(), [['ack', 16]]);
    take(17);
    await pass(2_000);
    assert.deepEqual(acks(), [['ack', 16], ['ack', 17]]);
    take(18);
    await client.join('room');
    await pass(2_000);
    assert.deepEqual(acks().at(-1), ['join', 18]);
  });

  test('a silent socket counts as dead after the limit of the server and a grace', async () => {
    const client = newClient();
    await client.connect();
    await pass(39_999);
    assert.equal(client.state, 'open');
    await pass(1);
    assert.equal(client.state, 'waiting');
  });

  test('a missing welcome makes another attempt', async () => {
    const client = newClient({ carrier: 'websocket' });
    hub.connect = () => ({ receive() {}, closed() {} });
    client.connect();
    await settle();
    await pass(10_000);
    assert.equal(client.state, 'waiting');
    await pass(1_000);
    assert.equal(network.attempts, 2);
  });
});

describe('coming back', () => {
  test('attempts are spaced wider and wider up to a cap while the server is away', async () => {
    const client = newClient();
    network.up = false;
    client.connect();
    await settle();
    for (let i = 0; i < 8; i++) await pass(60_000);
    const delays = client.of('state').filter((one) => one.state === 'waiting').map((one) => one.retryInMs);
    assert.deepEqual(delays.slice(0, 7), [200, 400, 800, 1600, 3200, 6400, 7500]);
    assert.equal(client.of('state').at(-1).error.name, 'unreachable');
    network.up = true;
    await pass(60_000);
    assert.equal(client.state, 'open');
  });

  test('a refused upgrade is explained by the check address and is final', async () => {
    const client = newClient();
    network.refusal = { ok: false, reason: 'origin-not-allowed', detail: 'The origin http://evil.test may not use this server.' };
    await assert.rejects(client.connect(), (error) => error.name === 'origin-not-allowed' && /evil\.test may not use/.test(error.message));
    assert.equal(client.state, 'closed');
    await pass(60_000);
    assert.equal(network.attempts, 1);
  });

  test('a check that finds nothing wrong blames what is between', async () => {
    network.refusal = { ok: true };
    const client = newClient({ carrier: 'websocket' });
    client.connect();
    await settle();
    assert.equal(client.of('state').at(-1).error.name, 'no_websocket');
    client.close();
  });

  test('a missing origin is no answer in a browser, which sends it with the socket but not with the question', async (t) => {
    network.refusal = { ok: false, reason: 'origin-missing', detail: 'The request has no Origin.' };
    globalThis.location = { protocol: 'http:' };
    t.after(() => delete globalThis.location);
    const client = newClient({ carrier: 'websocket' });
    client.connect();
    await settle();
    assert.equal(client.of('state').at(-1).error.name, 'no_websocket');
    client.close();
    delete globalThis.location;
    await assert.rejects(newClient().connect(), { name: 'origin-missing' });
  });

  for (const [code, name] of [[4501, 'unauthorized'], [4502, 'replaced'], [4503, 'revoked'], [4999, 'connection_lost']]) {
    test(`close code ${code} is final`, async () => {
      const client = newClient();
      await client.connect();
      network.cut(code);
      await settle();
      assert.equal(client.state, 'closed');
      assert.equal(client.of('state').at(-1).error.name, name);
      await assert.rejects(client.join('room'), { name: 'closed' });
    });
  }

  test('bye tells how long to stay away, and whether a resume makes sense', async () => {
    const client = newClient();
    await client.connect();
    await client.join('room');
    network.sockets[0].onmessage({ data: '{"t":"bye","code":4431,"advice":"reconnect","after":3000}' });
    network.cut(4431);
    await settle();
    await pass(2_999);
    assert.equal(client.state, 'waiting');
    await pass(1);
    assert.equal(client.state, 'open');
    assert.deepEqual(client.of('welcome').map((one) => one.resumed), [false, false]);
    assert.deepEqual(client.of('joined').map((one) => one.again), [false, true]);
  });

  test('bye with advice stop is final', async () => {
    const client = newClient();
    await client.connect();
    network.sockets[0].onmessage({ data: '{"t":"bye","code":4431,"advice":"stop"}' });
    network.cut(4431);
    await settle();
    assert.equal(client.state, 'closed');
  });

  test('close leaves with code 1000 and rejects what waits', async () => {
    const client = newClient();
    await client.connect();
    await client.join('room');
    hub.mute.add('leave');
    const waiting = assert.rejects(client.leave('room'), { name: 'closed' });
    await settle();
    client.close();
    await waiting;
    assert.equal(hub.sessions.size, 0);
  });
});
