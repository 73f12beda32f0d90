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
  const client = new SignalClient(URL, { WebSocket: network.WebSocket, fetch: network.fetch, random: () => 0, carrier: 'websocket', ...options });
  client.seen = [];
  for (const type of ['joined', 'left', 'peer', 'room', 'expiring', 'error']) {
    client.addEventListener(type, (event) => client.seen.push([type, event.detail]));
  }
  client.of = (type) => client.seen.filter((one) => one[0] === type).map((one) => one[1]);
  return client;
}

function say(message) {
  network.sockets[0].onmessage({ data: JSON.stringify(message) });
}

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  hub = new FakeSignaling();
  network = fakeNetwork(hub);
});

describe('a token', () => {
  test('that is a text goes with every hello', async () => {
    const client = newClient({ token: 'one' });
    await client.connect();
    network.cut();
    await settle();
    mock.timers.tick(60_000);
    await settle();
    assert.deepEqual(hub.tokens, ['one', 'one']);
  });

  test('that is a function is asked for each hello, at once or later', async () => {
    let made = 0;
    const client = newClient({ token: async () => `token-${++made}` });
    await client.connect();
    network.cut();
    await settle();
    mock.timers.tick(60_000);
    await settle();
    assert.deepEqual(hub.tokens, ['token-1', 'token-2']);
    assert.equal(client.state, 'open');
  });

  test('that cannot be got is asked for again after a while, and no carrier is blamed', async () => {
    let asked = 0;
    const client = newClient({
      carrier: 'auto',
      token: () => {
        asked += 1;
        if (asked === 1) throw new Error('offline');
        return 'later';
      },
    });
    const connected = client.connect();
    await settle();
    assert.equal(client.state, 'waiting');
    mock.timers.tick(60_000);
    await connected;
    assert.deepEqual(hub.tokens, ['later']);
    assert.equal(client.carrier, 'websocket');
  });

  test('that comes when its socket has gone is not sent', async () => {
    const answers = [];
    const client = newClient({ token: () => new Promise((resolve) => answers.push(resolve)) });
    client.connect();
    await settle();
    client.dropSocket();
    mock.timers.tick(60_000);
    await settle();
    answers[0]('stale');
    answers[1]('fresh');
    await settle();
    assert.deepEqual(hub.tokens, ['fresh']);
    assert.deepEqual(hub.breaches, []);
  });

  test('that the server refuses ends the client for good', async () => {
    hub.accepts = () => false;
    await assert.rejects(newClient({ token: 'bad' }).connect(), { name: 'unauthorized', code: 4501, retry: false });
  });

  test('that ends soon is replaced where a newer one can be had', async () => {
    let made = 0;
    const client = newClient({ token: () => `token-${++made}` });
    await client.connect();
    say({ t: 'expiring', in: 70_000 });
    await settle();
    assert.deepEqual(client.of('expiring'), [{ inMs: 70_000 }]);
    assert.deepEqual(hub.tokens, ['token-1', 'token-2']);
    hub.refuse = () => ({ code: 2415, name: 'bad_token', retry: false, after: 0, detail: 'No.' });
    say({ t: 'expiring', in: 1_000 });
    await settle();
    assert.equal(client.of('error')[0].name, 'bad_token');
  });

  test('that is a text is left to the page, which may show a newer one', async () => {
    const client = newClient({ token: 'one' });
    await client.connect();
    say({ t: 'expiring', in: 70_000 });
    await settle();
    assert.deepEqual(hub.tokens, ['one']);
    await client.authenticate('two');
    network.cut();
    await settle();
    mock.timers.tick(60_000);
    await settle();
    assert.deepEqual(hub.tokens, ['one', 'two', 'two']);
  });
});

describe('a moderator', () => {
  test('sends a peer out, who hears it and does not come back by itself', async () => {
    const [mo, ann] = [newClient(), newClient()];
    await Promise.all([mo.connect(), ann.connect()]);
    await mo.join('room');
    await ann.join('room');
    await mo.kick('room', ann.peerId);
    await settle();
    assert.deepEqual(ann.of('left'), [{ room: 'room', why: 'kicked' }]);
    assert.deepEqual(ann.of('peer'), []);
    assert.deepEqual(mo.of('peer').map(({ ev, why }) => [ev, why]), [['join', undefined], ['leave', 'kicked']]);
    for (const session of hub.sessions.values()) hub.forget(session);
    network.cut();
    await settle();
    mock.timers.tick(60_000);
    await settle();
    assert.equal(ann.of('joined').length, 1);
    assert.equal(mo.of('joined').length, 2);
  });

  test('locks a room, and the others are told', async () => {
    const [mo, ann] = [newClient(), newClient()];
    await Promise.all([mo.connect(), ann.connect()]);
    const joined = await mo.join('room');
    assert.deepEqual([joined.role, joined.locked], ['peer', false]);
    await ann.join('room');
    await mo.lock('room', true);
    await settle();
    assert.deepEqual(ann.of('room').map(({ room, locked }) => [room, locked]), [['room', true]]);
    assert.deepEqual(mo.of('room'), []);
  });
});
