/** The golden vectors of the protocol, which the Java tests read as well: what the client makes of them, and what it writes. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, describe, mock, test } from 'node:test';
import { SignalClient } from '../../main/resources/dev/postern/webclient/lib/postern.js';
import { parseMessage } from '../../main/resources/dev/postern/webclient/lib/protocol.js';
import { closeError } from '../../main/resources/dev/postern/webclient/lib/signal-error.js';
import { settle } from './fake-socket.mjs';

const VECTORS = new URL('../../../../signaling-protocol/src/test/resources/vectors/', import.meta.url);
const [client, server, malformed] = ['client', 'server', 'malformed'].map((name) => JSON.parse(readFileSync(new URL(`${name}.json`, VECTORS), 'utf8')));
const WELCOME = server.find(({ message }) => message.t === 'welcome').message;

/** What a type of the server's becomes; a new type must get its line. */
const SEEN = {
  welcome: (message, { of }) => assert.deepEqual(of('welcome').at(-1), pick(message, ['resumed', 'lost', 'peer', 'sid'])),
  ok: async (message, { request }) => assert.equal(await settled(request), 'ok'),
  err: async (message, { request, of }) => {
    const error = message.re === null ? of('error').at(-1) : await settled(request);
    assert.deepEqual(pick(error, ['name', 'code', 'message', 'retry', 'afterMs']), {
      name: message.name,
      code: message.code,
      message: message.detail,
      retry: message.retry,
      afterMs: message.after,
    });
  },
  sig: (message, { of }) => assert.deepEqual(of('sig').at(-1), message),
  ice: (message, { of }) => assert.deepEqual(of('ice').at(-1), message),
  peer: (message, { of }) => assert.deepEqual(of('peer').at(-1), message),
  'ice-servers': (message, { of, signaling }) => {
    assert.deepEqual(of('ice-servers').at(-1), { ttlSeconds: message.ttl });
    assert.deepEqual(signaling.iceServers, message.servers);
  },
  room: (message, { of }) => assert.deepEqual(pick(of('room').at(-1), ['room', 'locked']), pick(message, ['room', 'locked'])),
  expiring: (message, { of }) => assert.deepEqual(of('expiring').at(-1), { inMs: message.in }),
  bye: (message, { of }) => {
    assert.deepEqual(of('bye').at(-1), { code: message.code, advice: message.advice });
    assert.notEqual(closeError(message.code).name, 'connection_lost');
  },
  ping: (message, { written }) => assert.deepEqual(written.at(-1), { t: 'pong', ts: message.ts }),
  pong: (message, { of }) => assert.equal(of('log').at(-1).type, 'pong'),
};

/** How the client is made to send a type; a new type must get its line. */
const SENT = {
  hello: async () => (await open()).written[0],
  join: async ({ room, name, meta }) => requested((signaling) => signaling.join(room, { ...(name !== undefined && { name }), ...(meta && { meta }) })),
  leave: async ({ room }) => requested((signaling) => signaling.leave(room)),
  sig: async ({ to, room, neg, gen, d }) => requested((signaling) => signaling.sendSig({ to, room, neg, gen, d })),
  ice: async ({ to, room, gen, c, end }) => requested((signaling) => signaling.sendIce({ to, room, gen, c, ...(end && { end }) })),
  auth: async ({ token }) => requested((signaling) => signaling.authenticate(token)),
  kick: async ({ room, peer }) => requested((signaling) => signaling.kick(room, peer)),
  lock: async ({ room, on }) => requested((signaling) => signaling.lock(room, on)),
  ack: async () => {
    const opened = await open();
    opened.socket.give({ t: 'ice-servers', seq: WELCOME.seq + 1, servers: [], ttl: 60 });
    mock.timers.tick(2_000);
    return opened.written.at(-1);
  },
  ping: async () => requested((signaling) => signaling.ping()),
  pong: async ({ ts }) => {
    const opened = await open();
    opened.socket.give({ t: 'ping', ts });
    return opened.written.at(-1);
  },
};

function pick(from, keys) {
  return Object.fromEntries(keys.map((key) => [key, from[key]]));
}

/** A client whose socket is written to by hand, after its welcome. */
async function open() {
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  const written = [];
  let socket;
  class Socket {
    readyState = 1;
    constructor() {
      socket = this;
    }
    send(text) {
      written.push(JSON.parse(text));
    }
    give(message) {
      this.onmessage({ data: JSON.stringify(message) });
    }
    close() {}
  }
  const signaling = new SignalClient('ws://server.test/signal/v1/ws', { WebSocket: Socket, random: () => 0 });
  const seen = [];
  for (const type of ['welcome', 'peer', 'room', 'expiring', 'sig', 'ice', 'ice-servers', 'bye', 'error', 'log']) {
    signaling.addEventListener(type, ({ detail }) => seen.push([type, detail]));
  }
  void signaling.connect();
  socket.onopen({});
  socket.give(WELCOME);
  await settle();
  return { signaling, socket, written, of: (type) => seen.filter((one) => one[0] === type).map((one) => one[1]) };
}

/** What is written when a request is made. */
async function requested(make) {
  const opened = await open();
  make(opened.signaling).catch(() => {});
  await settle();
  return opened.written.at(-1);
}

async function settled(request) {
  return request.then(
    () => 'ok',
    (error) => error,
  );
}

afterEach(() => mock.timers.reset());

describe('what the server sends', () => {
  for (const { name, message } of server) {
    test(`${message.t}: ${name}`, async () => {
      assert.deepEqual(parseMessage(JSON.stringify(message)), message);
      const opened = await open();
      // Requests 1 to 12 wait, as many as the vectors answer; each is refused at once when the server asks to wait.
      const requests = Array.from({ length: 12 }, (_, i) => opened.signaling.leave(`room ${i}`));
      requests.forEach((request) => request.catch(() => {}));
      opened.socket.give(message);
      if (message.t === 'err' && message.retry) for (let again = 0; again < 2; again++) await answeredAgain(opened, message);
      await settle();
      assert.ok(SEEN[message.t], `a line of SEEN for '${message.t}'`);
      await SEEN[message.t](message, { ...opened, request: requests[(message.re ?? 1) - 1] });
    });
  }
});

/** A client that is asked to wait sends the request again under a new id: it gets the same answer. */
async function answeredAgain(opened, message) {
  await settle();
  mock.timers.tick(message.after);
  await settle();
  opened.socket.give({ ...message, re: opened.written.at(-1).id });
}

describe('what the client sends has the fields of a vector of that type', () => {
  for (const { name, message } of client) {
    test(`${message.t}: ${name}`, async () => {
      assert.ok(SENT[message.t], `a line of SENT for '${message.t}'`);
      const written = await SENT[message.t](message);
      const like = { ...message, ...pick(written, ['id', 'ts', 'got'].filter((key) => key in written)) };
      if (message.t === 'hello') assert.deepEqual(Object.keys(written), ['t', 'v', 'caps']);
      else assert.deepEqual(written, 'got' in written || message.t === 'ack' ? like : without(like, 'got'));
    });
  }
});

function without(object, key) {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}

test('what is no message is none here either, where a client cannot be wrong about it', () => {
  const objects = malformed.filter(({ error }) => error === 'bad_message').map(({ text }) => parseMessage(text));
  assert.ok(objects.length > 20);
  // JSON.parse takes the last of repeated keys and has no rules for meta or for what a message's type is.
  for (const message of objects.filter((one) => one !== null)) assert.equal(typeof message.t, 'string');
});
