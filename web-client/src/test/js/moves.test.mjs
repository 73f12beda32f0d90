/** A goodbye that names another server. */
import assert from 'node:assert/strict';
import { beforeEach, describe, mock, test } from 'node:test';
import { Destination } from '../../main/resources/dev/postern/webclient/lib/destination.js';
import { SignalClient } from '../../main/resources/dev/postern/webclient/lib/postern.js';
import { FakeSignaling } from './fake-signaling.mjs';
import { fakeNetwork, settle } from './fake-socket.mjs';

const HOME = 'ws://one.test/signal/v1/ws';
const OTHER = 'ws://two.test/signal/v1/ws';

/** @type {FakeSignaling} */
let hub;
/** @type {ReturnType<typeof fakeNetwork>} */
let network;
/** @type {string[]} where sockets were opened, in order */
let places;

async function connected() {
  const client = new SignalClient(HOME, { WebSocket: network.WebSocket, fetch: network.fetch, random: () => 0, carrier: 'websocket' });
  client.states = [];
  client.welcomes = [];
  client.addEventListener('state', ({ detail }) => client.states.push(detail));
  client.addEventListener('welcome', ({ detail }) => client.welcomes.push(detail));
  await client.connect();
  return client;
}

async function pass(ms) {
  mock.timers.tick(ms);
  await settle();
}

async function sentAway(code, more = {}) {
  network.sockets[0].onmessage({ data: JSON.stringify({ t: 'bye', code, advice: 'resume', after: 0, ...more }) });
  network.cut(code);
  await settle();
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  hub = new FakeSignaling();
  network = fakeNetwork(hub);
  places = [];
  const Plain = network.WebSocket;
  network.WebSocket = class extends Plain {
    constructor(url, protocols) {
      super(url, protocols);
      places.push(url);
    }
  };
});

describe('a goodbye that names another server', () => {
  test('is followed, the session goes on there, and stays there', async () => {
    const client = await connected();
    await client.join('room');
    await sentAway(4432, { url: OTHER });
    assert.equal(client.states.at(-1).error.name, 'draining');
    await pass(1_000);
    assert.deepEqual(client.welcomes.map((one) => one.resumed), [false, true]);
    network.cut();
    await settle();
    await pass(15_000);
    assert.deepEqual(places, [HOME, OTHER, OTHER]);
    assert.equal(client.state, 'open');
    assert.deepEqual(hub.breaches, []);
  });

  test('leads home again where nobody answers', async () => {
    const client = await connected();
    network.up = false;
    await sentAway(4432, { url: OTHER });
    await pass(1_000);
    assert.equal(client.states.at(-1).error.name, 'unreachable');
    network.up = true;
    await pass(15_000);
    assert.deepEqual(places, [HOME, OTHER, HOME]);
    assert.equal(client.welcomes.at(-1).resumed, true);
  });

  test('leads home where the other server refuses, which ends nothing', async () => {
    const client = await connected();
    network.refusal = { ok: false, reason: 'origin-not-allowed', detail: 'No.' };
    await sentAway(4432, { url: OTHER });
    await pass(1_000);
    assert.equal(client.state, 'waiting');
    network.refusal = null;
    await pass(15_000);
    assert.deepEqual(places, [HOME, OTHER, HOME]);
    assert.equal(client.state, 'open');
  });

  test('is waited for there, while the session is fetched from elsewhere', async () => {
    const client = await connected();
    await sentAway(4432, { url: OTHER });
    const connect = hub.connect;
    hub.connect = (wire) => ({
      receive() {
        wire.send('{"t":"bye","code":4441,"advice":"resume","after":900}');
        queueMicrotask(() => wire.close(4441)); // behind the bye
      },
      closed() {},
    });
    await pass(1_000);
    assert.equal(client.states.at(-1).error.name, 'session_elsewhere');
    assert.ok(client.states.at(-1).retryInMs >= 900);
    hub.connect = connect;
    await pass(15_000);
    assert.deepEqual(places, [HOME, OTHER, OTHER]);
    assert.equal(client.welcomes.at(-1).resumed, true);
  });

  test('is passed over where it names what is no WebSocket', async () => {
    for (const url of ['http://two.test/', 'javascript:alert(1)', 'no url', '', 7, null, 'ws://u:p@two.test/', 'ws://two.test/#part']) {
      const client = await connected();
      await sentAway(4432, { url });
      await pass(15_000);
      assert.equal(places.at(-1), HOME, String(url));
      assert.equal(client.state, 'open');
      client.close();
    }
  });

  test('never leads from TLS into the clear', () => {
    const place = new Destination('wss://one.test/signal/v1/ws');
    assert.equal(place.sentTo(OTHER), false);
    assert.equal(place.url, 'wss://one.test/signal/v1/ws');
    assert.equal(place.sentTo('wss://two.test/signal/v1/ws'), true);
    assert.deepEqual([place.url, place.isHome], ['wss://two.test/signal/v1/ws', false]);
    place.goHome();
    assert.equal(place.isHome, true);
  });
});
