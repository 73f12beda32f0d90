import assert from 'node:assert/strict';
import { beforeEach, describe, mock, test } from 'node:test';
import { EventReader } from '../../main/resources/dev/postern/webclient/lib/event-reader.js';
import { SignalClient } from '../../main/resources/dev/postern/webclient/lib/postern.js';
import { fakeHttp } from './fake-http.mjs';
import { FakeSignaling } from './fake-signaling.mjs';
import { fakeNetwork } from './fake-socket.mjs';

const URL = 'ws://server.test/signal/v1/ws';

/** @type {FakeSignaling} */
let hub;
/** @type {ReturnType<typeof fakeNetwork>} */
let network;
/** @type {ReturnType<typeof fakeHttp>} */
let http;

function newClient(options = {}, url = URL) {
  const client = new SignalClient(url, { WebSocket: network.WebSocket, fetch: http.fetch, random: () => 0, ...options });
  const seen = [];
  for (const type of ['state', 'welcome', 'peer', 'ice', 'log']) client.addEventListener(type, (event) => seen.push([type, event.detail]));
  client.of = (type) => seen.filter((one) => one[0] === type).map((one) => one[1]);
  return client;
}

/** Lets everything happen that waits for no timer: each message of an HTTP stream takes a task. */
async function settle() {
  for (let i = 0; i < 25; i++) await new Promise((resolve) => setImmediate(resolve));
}

async function pass(ms) {
  mock.timers.tick(ms);
  await settle();
}

/** Ann on a WebSocket and Bob as told, in one room. */
async function pair(options) {
  const [ann, bob] = [newClient(), newClient(options)];
  await Promise.all([ann.connect(), bob.connect()]);
  await ann.join('room');
  await bob.join('room');
  return { ann, bob };
}

const ice = (to, gen) => ({ to: to.peerId, room: 'room', gen, c: [] });

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  hub = new FakeSignaling();
  network = fakeNetwork(hub);
  http = fakeHttp(hub);
});

for (const carrier of ['sse', 'long-poll']) {
  describe(`a session over ${carrier}`, () => {
    test('says hello, joins, sends and receives as over a WebSocket', async () => {
      const { ann, bob } = await pair({ carrier });
      assert.equal(bob.carrier, carrier);
      assert.equal(ann.carrier, 'websocket');
      await ann.sendIce(ice(bob, 1));
      await bob.sendIce(ice(ann, 2));
      await settle();
      assert.deepEqual(bob.of('ice').map((one) => one.gen), [1]);
      assert.deepEqual(ann.of('ice').map((one) => one.gen), [2]);
      assert.deepEqual(hub.breaches, []);
      assert.equal(network.attempts, 1);
      assert.ok(http.requests.every(({ accept }) => carrier === 'sse' || accept !== 'text/event-stream'));
    });

    test('loses nothing and does nothing twice when answers are lost', async () => {
      const { ann, bob } = await pair({ carrier });
      let losses = 0;
      http.lose = () => losses++ % 3 === 0;
      const sent = [];
      for (const gen of [1, 2, 3, 4, 5, 6]) {
        sent.push(bob.sendIce(ice(ann, gen)), ann.sendIce(ice(bob, gen + 10)));
        await pass(2_500);
      }
      http.lose = () => false;
      await pass(6_000);
      await Promise.all(sent);
      assert.deepEqual(ann.of('ice').map((one) => one.gen), [1, 2, 3, 4, 5, 6]);
      assert.deepEqual(bob.of('ice').map((one) => one.gen), [11, 12, 13, 14, 15, 16]);
      assert.ok(losses > 6, `${losses} requests`);
      assert.deepEqual(hub.breaches, []);
    });

    test('resumes on another stream when its own is gone', async () => {
      const { ann, bob } = await pair({ carrier });
      const [gone] = http.streams.keys();
      http.streams.get(gone).connection.closed(1006);
      http.streams.delete(gone);
      const sent = bob.sendIce(ice(ann, 1));
      await settle();
      await pass(1_000);
      await sent;
      assert.deepEqual(bob.of('welcome').map((one) => one.resumed), [false, true]);
      assert.equal(bob.carrier, carrier);
      assert.deepEqual(ann.of('peer').map((one) => one.ev), ['join', 'lost', 'back']);
    });

    test('close ends the session at the server', async () => {
      const { bob } = await pair({ carrier });
      bob.close();
      await settle();
      assert.equal(http.sent('DELETE').length, 1);
      assert.equal(hub.members('room').length, 1);
    });

    test('a goodbye of the server closes it as a WebSocket is closed', async () => {
      const { bob } = await pair({ carrier });
      [...http.streams.values()][0].push({ t: 'bye', code: 4502, advice: 'stop', after: 0 });
      await settle();
      assert.equal(bob.state, 'closed');
      assert.equal(bob.of('state').at(-1).error.name, 'replaced');
    });

    /** Found by a call in browsers: the join event of the other came with the answer to the own join, and was seen before it. */
    test('messages that come together are seen one after another, as over a WebSocket', async () => {
      const bob = newClient({ carrier });
      await bob.connect();
      await settle();
      hub.mute.add('join');
      const seen = [];
      for (const type of ['joined', 'peer']) bob.addEventListener(type, () => seen.push(type));
      const joined = bob.join('room').then(() => seen.push('answer'));
      await settle();
      const [stream] = http.streams.values();
      stream.push({ t: 'ok', re: 1, room: 'room', you: bob.peerId, peers: [] });
      stream.push({ t: 'peer', seq: 1, ev: 'join', room: 'room', peer: { id: 'p_x' } });
      await joined;
      await settle();
      assert.deepEqual(seen, ['joined', 'answer', 'peer']);
    });

    test('what waits while a POST is under way goes out together and in order', async () => {
      const { ann, bob } = await pair({ carrier });
      const before = http.sent('POST').length;
      await Promise.all([1, 2, 3, 4].map((gen) => bob.sendIce(ice(ann, gen))));
      await settle();
      assert.deepEqual(ann.of('ice').map((one) => one.gen), [1, 2, 3, 4]);
      assert.equal(http.sent('POST').length - before, 2);
    });
  });
}

describe('a WebSocket that does not get through', () => {
  test('gives way to events at once when it is refused though the server answers', async () => {
    network.up = false;
    const client = newClient();
    await client.connect();
    assert.equal(client.carrier, 'sse');
    assert.equal(network.attempts, 1);
    assert.ok(client.of('log').some(({ type }) => type === 'carried by server-sent events'));
  });

  test('gives way when it is not open in time, and never has two hellos said', async () => {
    const client = newClient({ WebSocket: class { close() {} send() {} } });
    client.connect();
    await pass(2_999);
    assert.equal(http.requests.length, 0);
    await pass(1);
    assert.equal(client.carrier, 'sse');
    assert.equal(client.of('log').filter(({ type }) => type === 'hello').length, 1);
  });

  test('is waited for when plain HTTP does not answer either', async () => {
    http.up = false;
    let open;
    network.opening = new Promise((resolve) => (open = resolve));
    const client = newClient();
    client.connect();
    await pass(5_000);
    assert.equal(client.state, 'connecting');
    open();
    await settle();
    assert.equal(client.carrier, 'websocket');
  });

  test('is not tried again by this session, which resumes over what worked', async () => {
    network.up = false;
    const client = newClient();
    await client.connect();
    client.dropSocket();
    await settle();
    await pass(1_000);
    assert.equal(client.state, 'open');
    assert.equal(client.carrier, 'sse');
    assert.deepEqual(client.of('welcome').map((one) => one.resumed), [false, true]);
    assert.equal(network.attempts, 1);
  });

  test('is tried again when plain HTTP has failed too', async () => {
    network.up = false;
    const client = newClient();
    await client.connect();
    http.up = false;
    client.dropSocket();
    await settle();
    await pass(1_000);
    network.up = true;
    await pass(1_000);
    await pass(2_000);
    assert.equal(client.carrier, 'websocket');
  });

  test('gives way when it opens but nothing comes through it', async () => {
    const client = newClient();
    const connect = hub.connect.bind(hub);
    hub.connect = () => ({ receive() {}, closed() {} });
    client.connect();
    await settle();
    hub.connect = connect;
    await pass(10_000);
    assert.equal(client.state, 'waiting');
    await pass(1_000);
    assert.equal(client.carrier, 'sse');
  });

  test('gives way when it is cut again and again soon after the welcome', async () => {
    const client = newClient();
    await client.connect();
    for (const expected of ['websocket', 'sse']) {
      network.cut();
      await settle();
      await pass(1_000);
      assert.equal(client.carrier, expected);
    }
    assert.deepEqual(client.of('welcome').map((one) => one.resumed), [false, true, true]);
  });

  test('stays alone where it is asked for', async () => {
    network.up = false;
    const client = newClient({ carrier: 'websocket' });
    client.connect();
    await settle();
    assert.equal(client.of('state').at(-1).error.name, 'no_websocket');
    assert.equal(http.sent('POST').length, 0);
    client.close();
  });
});

test('a session hops from a WebSocket to events and loses nothing', async () => {
  const { ann, bob } = await pair({});
  await ann.sendIce(ice(bob, 1));
  network.sockets.find((socket) => socket.connection.session.peer === bob.peerId).fail(1006);
  network.up = false;
  const waiting = bob.sendIce(ice(ann, 7));
  await ann.sendIce(ice(bob, 2));
  await settle();
  await ann.sendIce(ice(bob, 3));
  await pass(1_000);
  await waiting;
  assert.equal(bob.carrier, 'sse');
  assert.deepEqual(bob.of('welcome').map((one) => one.resumed), [false, true]);
  assert.deepEqual(bob.of('ice').map((one) => one.gen), [1, 2, 3]);
  assert.deepEqual(ann.of('ice').map((one) => one.gen), [7]);
  assert.deepEqual(hub.breaches, []);
});

test('events that something holds back become polls of the same stream', async () => {
  http.holdsEvents = true;
  network.up = false;
  const client = newClient();
  await client.connect();
  const joined = client.join('room');
  await settle();
  await pass(3_999);
  assert.equal(client.carrier, 'sse');
  await pass(1);
  await joined;
  assert.equal(client.carrier, 'long-poll');
  assert.equal(http.streams.size, 1);
  assert.equal(client.of('welcome').length, 1);
});

test('a server that refuses a stream is quoted, and heeded', async () => {
  http.fetch = async () => ({ status: 403, json: async () => ({ ok: false, reason: 'origin-not-allowed', detail: 'Not you.' }) });
  const client = newClient({ carrier: 'sse', fetch: http.fetch });
  await assert.rejects(client.connect(), (error) => error.name === 'origin-not-allowed' && /Not you/.test(error.message));
  assert.equal(client.state, 'closed');
});

/** Every hello is answered with this err until the function that is returned is called. */
function refuseHello(err) {
  const connect = hub.connect.bind(hub);
  hub.connect = (wire) => ({ receive: () => wire.send(JSON.stringify({ t: 'err', re: null, ...err })), closed() {} });
  return () => (hub.connect = connect);
}

const BUSY = { code: 2450, name: 'server_busy', retry: true, after: 3_000, detail: 'Too many come at once.' };

describe('a hello that the server refuses', () => {
  for (const carrier of ['websocket', 'sse', 'long-poll', 'auto']) {
    test(`for now is said again over another ${carrier} when the server has asked for it, and no sooner`, async () => {
      const accept = refuseHello(BUSY);
      const client = newClient({ carrier });
      const connected = client.connect();
      await settle();
      const { state, error, retryInMs } = client.of('state').at(-1);
      assert.deepEqual([state, error.name, error.message, retryInMs], ['waiting', 'server_busy', 'Too many come at once.', 3_000]);
      accept();
      await pass(2_999);
      assert.equal(client.state, 'waiting');
      await pass(1);
      await connected;
      assert.equal(client.carrier, carrier === 'auto' ? 'websocket' : carrier);
      assert.equal(client.of('log').filter(({ type }) => type === 'hello').length, 2);
    });
  }

  test('for longer and longer is tried ever more seldom', async () => {
    refuseHello({ ...BUSY, after: 1 });
    const client = newClient();
    client.connect();
    await settle();
    for (let i = 0; i < 3; i++) await pass(2_000);
    const delays = client.of('state').filter(({ state }) => state === 'waiting').map(({ retryInMs }) => retryInMs);
    assert.deepEqual(delays, [200, 400, 800, 1_600]);
    client.close();
  });

  test('says nothing against what carried it', async () => {
    network.up = false;
    const accept = refuseHello(BUSY);
    const client = newClient();
    const connected = client.connect();
    await settle();
    accept();
    await pass(3_000);
    await connected;
    assert.equal(client.carrier, 'sse');
    assert.equal(network.attempts, 1);
  });

  test('for good ends the client, in the words of the server', async () => {
    refuseHello({ code: 2401, name: 'unsupported', retry: false, after: 0, detail: 'this server speaks version 2' });
    const client = newClient();
    await assert.rejects(client.connect(), { name: 'unsupported', code: 2401, message: 'this server speaks version 2' });
    assert.equal(client.state, 'closed');
    assert.equal(network.sockets.length, 0);
  });
});

test('streams and the check are beside the WebSocket, whatever its path and query', async () => {
  http.prefix = '/calls/signal/v1';
  network.up = false;
  const client = newClient({}, 'ws://server.test/calls/signal/v1/ws?from=page');
  await client.connect();
  await client.join('room');
  client.close();
  await settle();
  assert.equal(client.of('welcome').length, 1);
  assert.deepEqual([...new Set(http.requests.map(({ path }) => path))], ['check', 'stream', 'stream/stream-1'].map((name) => `/calls/signal/v1/${name}`));
});

test('events are read however their bytes are cut', () => {
  const bytes = new TextEncoder().encode(':\n\nid:1\ndata:{"a":"é"}\n\nid: 2\ndata: {}\n\n:\n\nid:3\ndata:{"b":1}\n\nid:4\ndata:{');
  for (let size = 1; size <= bytes.length; size++) {
    const reader = new EventReader();
    const events = [];
    for (let at = 0; at < bytes.length; at += size) events.push(...reader.read(bytes.slice(at, at + size)));
    assert.deepEqual(events, [{ id: 1, data: '{"a":"é"}' }, { id: 2, data: '{}' }, { id: 3, data: '{"b":1}' }]);
  }
});
