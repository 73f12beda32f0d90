/** What a client says first over a resumed connection, and how fast. */
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

function newClient() {
  const client = new SignalClient(URL, { WebSocket: network.WebSocket, fetch: network.fetch, random: () => 0, carrier: 'websocket', timeoutMs: 600_000 });
  client.sent = [];
  client.joined = [];
  client.addEventListener('log', ({ detail }) => detail.direction === 'out' && client.sent.push(detail.message));
  client.addEventListener('joined', ({ detail }) => client.joined.push(detail));
  return client;
}

async function pass(ms) {
  mock.timers.tick(ms);
  await settle();
}

async function cut() {
  network.cut();
  await settle();
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  hub = new FakeSignaling();
  network = fakeNetwork(hub);
});

describe('a resumed connection', () => {
  test('carries an ack at once, so that the old secret is spent', async () => {
    const client = newClient();
    await client.connect();
    await client.join('room');
    hub.sessions.values().next().value.push({ t: 'room', room: 'room', locked: true });
    await settle();
    await cut();
    client.sent.length = 0;
    await pass(1_000);
    assert.deepEqual(client.sent.map(({ t, got, resume }) => [t, got ?? resume.got]), [['hello', 1], ['ack', 1]]);
    await pass(10_000);
    assert.equal(client.sent.length, 2);
    assert.deepEqual(hub.breaches, []);
  });

  test('is asked for with a higher number each time, whether or not the hello before had its answer', async () => {
    const client = newClient();
    await client.connect();
    const connect = hub.connect.bind(hub);
    await cut();
    hub.connect = () => ({ receive() {}, closed() {} });
    for (const ms of [1_000, 10_000, 1_000, 10_000]) await pass(ms);
    hub.connect = connect;
    await pass(1_000);
    await cut();
    await pass(2_000);
    const hellos = client.sent.filter(({ t }) => t === 'hello').map(({ resume }) => resume?.attempt);
    assert.deepEqual(hellos, [undefined, 1, 2, 3, 4]);
    assert.equal(client.state, 'open');
    assert.deepEqual(hub.breaches, []);
  });

  test('that nobody welcomes is tried ever more seldom', async () => {
    hub.connect = () => ({ receive() {}, closed() {} });
    const client = newClient();
    const delays = [];
    client.addEventListener('state', ({ detail }) => detail.state === 'waiting' && delays.push(detail.retryInMs));
    client.connect().catch(() => {});
    for (let i = 0; i < 4; i++) {
      await pass(10_000);
      await pass(delays.at(-1) ?? 0);
    }
    assert.deepEqual(delays, [200, 400, 800, 1_600]);
    client.close();
  });

  test('carries a request instead, where one waits', async () => {
    const client = newClient();
    await client.connect();
    await cut();
    const joined = client.join('room');
    client.sent.length = 0;
    await pass(1_000);
    await joined;
    assert.deepEqual(client.sent.map(({ t }) => t), ['hello', 'join']);
  });

  test('is given 256 unanswered requests no faster than the server allows, once each and in order', async () => {
    hub.rate = 50;
    const client = newClient();
    await client.connect();
    hub.mute.add('lock');
    const asked = Array.from({ length: 256 }, (_, i) => client.lock('room', i % 2 === 0));
    for (let second = 0; second < 6; second++) await pass(1_000);
    assert.equal(client.sent.filter(({ t }) => t === 'lock').length, 256);
    hub.mute.clear();
    await cut();
    client.sent.length = 0;
    await pass(300);
    const counts = [];
    for (let second = 0; second < 6; second++) {
      counts.push(client.sent.filter(({ t }) => t === 'lock').length);
      await pass(1_000);
    }
    assert.deepEqual(counts.slice(0, 2), [49, 99]);
    assert.ok(counts.every((count, second) => count <= 50 * (second + 1)), String(counts));
    await Promise.all(asked);
    assert.deepEqual(client.sent.filter(({ t }) => t === 'lock').map(({ id }) => id), Array.from({ length: 256 }, (_, i) => i + 1));
    assert.deepEqual(hub.breaches, []);
  });

  test('paces what is asked while others wait behind them, and a second drop begins again', async () => {
    hub.rate = 10;
    const client = newClient();
    await client.connect();
    await cut();
    const asked = Array.from({ length: 40 }, () => client.lock('room', true));
    await pass(1_000);
    await cut();
    await pass(1_000);
    asked.push(client.lock('room', false));
    await pass(500);
    assert.ok(client.sent.at(-1).id < 41);
    for (let second = 0; second < 10; second++) await pass(1_000);
    await Promise.all(asked);
    assert.deepEqual(hub.breaches, []);
  });

  test('is not spoken on by a page that closes the client while it is told of it', async () => {
    const client = newClient();
    await client.connect();
    await cut();
    client.addEventListener('welcome', () => client.close());
    client.sent.length = 0;
    await pass(1_000);
    assert.deepEqual(client.sent.map(({ t }) => t), ['hello']);
    assert.equal(client.state, 'closed');
  });
});

describe('rooms across lost sessions', () => {
  test('a late ok to a leave does nothing to a later join of the same room', async () => {
    const client = newClient();
    await client.connect();
    await client.join('room');
    hub.mute.add('leave');
    const left = client.leave('room');
    await settle();
    const joined = client.join('room', { name: 'Again' });
    await joined;
    hub.mute.clear();
    await cut();
    await pass(1_000);
    await left;
    assert.equal(client.joined.length, 2);
    for (const session of hub.sessions.values()) hub.forget(session);
    await cut();
    await pass(15_000);
    assert.deepEqual(client.joined.at(-1).again, true);
    assert.equal(hub.members('room')[0].rooms.get('room').name, 'Again');
  });

  test('a room that was left before its join was answered is not joined again', async () => {
    const client = newClient();
    await client.connect();
    hub.mute.add('join');
    const joined = client.join('room');
    await settle();
    const left = client.leave('room');
    hub.mute.clear();
    await cut();
    await pass(1_000);
    await Promise.all([joined, left]);
    for (const session of hub.sessions.values()) hub.forget(session);
    await cut();
    await pass(15_000);
    assert.equal(client.state, 'open');
    assert.deepEqual(hub.members('room'), []);
  });

  test('a room that cannot be reached now is asked for again', async () => {
    const client = newClient();
    await client.connect();
    await client.join('room');
    for (const session of hub.sessions.values()) hub.forget(session);
    let refusals = 0;
    hub.refuse = () => (refusals++ < 2 ? { code: 2452, name: 'unavailable', retry: true, after: 500, detail: 'Elsewhere.' } : null);
    await cut();
    await pass(1_000);
    await pass(500);
    await pass(500);
    assert.deepEqual(client.joined.map(({ again }) => again), [false, true]);
  });
});
