import assert from 'node:assert/strict';
import { beforeEach, describe, mock, test } from 'node:test';
import { PeerLink, SignalClient } from '../../main/resources/dev/postern/webclient/lib/postern.js';
import { FakeConnection, ufragOf } from './fake-rtc.mjs';
import { FakeSignaling } from './fake-signaling.mjs';
import { fakeNetwork, settle } from './fake-socket.mjs';

const ROOM = 'room';
const stream = (tracks) => ({ getTracks: () => Array.from({ length: tracks }, () => ({ kind: 'video' })) });

let hub;
let network;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  hub = new FakeSignaling();
  network = fakeNetwork(hub);
});

async function pass(ms) {
  mock.timers.tick(ms);
  await settle();
}

/** Ann is in the room, Bob joins: Bob is polite. */
async function twoClients(options = {}) {
  const make = () => new SignalClient('ws://server.test/signal/v1/ws', { WebSocket: network.WebSocket, fetch: network.fetch, random: () => 0, ...options });
  const [ann, bob] = [make(), make()];
  await Promise.all([ann.connect(), bob.connect()]);
  await ann.join(ROOM);
  await bob.join(ROOM);
  await settle();
  return [ann, bob];
}

function link(client, peer, polite, options = {}) {
  const made = new PeerLink(client, { room: ROOM, peer: { id: peer.peerId, polite }, RTCPeerConnection: FakeConnection, ...options });
  made.errors = [];
  made.milestones = [];
  made.addEventListener('error', (event) => made.errors.push(event.detail));
  made.addEventListener('milestone', (event) => made.milestones.push(event.detail.name));
  return made;
}

async function twoLinks(options) {
  const [ann, bob] = await twoClients();
  return { ann, bob, a: link(ann, bob, false, options), b: link(bob, ann, true, options) };
}

function assertAgreed(a, b) {
  assert.deepEqual([a.pc.signalingState, b.pc.signalingState], ['stable', 'stable']);
  assert.equal(a.pc.localDescription.sdp, b.pc.remoteDescription.sdp);
  assert.equal(b.pc.localDescription.sdp, a.pc.remoteDescription.sdp);
  assert.deepEqual([a.pc.connectionState, b.pc.connectionState], ['connected', 'connected']);
  assert.deepEqual([a.errors, b.errors], [[], []]);
  assert.deepEqual(hub.breaches, []);
}

async function run() {
  for (let i = 0; i < 10; i++) await pass(20);
}

describe('a call', () => {
  test('is offered by the earlier member and answered by the later one, who waits although it has tracks', async () => {
    const { a, b } = await twoLinks();
    b.addStream(stream(1));
    a.addStream(stream(1));
    await run();
    assertAgreed(a, b);
    assert.equal(a.milestones.filter((name) => name === 'offer-sent').length, 1);
    assert.equal(b.milestones.filter((name) => name === 'offer-sent').length, 0);
  });

  test('tells the peer the end of the candidates', async () => {
    const { a, b } = await twoLinks();
    a.addStream(stream(1));
    await run();
    assert.deepEqual([a.pc.ends, b.pc.ends], [1, 1]);
  });

  test('sends candidates that come together in one message', async () => {
    const { a, b } = await twoLinks();
    let messages = 0;
    hub.refuse = (message) => void (messages += message.t === 'ice' && message.c.length > 0 ? 1 : 0);
    a.addStream(stream(1));
    await run();
    assert.equal(messages, 2);
    assert.equal(a.pc.applied.length + b.pc.applied.length, 4);
  });

  test('what the answerer has more than was offered is offered afterwards', async () => {
    const { a, b } = await twoLinks();
    a.addStream(stream(1));
    b.addStream(stream(3));
    await run();
    assertAgreed(a, b);
    assert.equal(b.milestones.filter((name) => name === 'offer-sent').length, 1);
    assert.equal(a.pc.remoteDescription.parts, 3);
  });

  test('the polite side offers by itself when nobody else did for six seconds', async () => {
    const [ann, bob] = await twoClients();
    const b = link(bob, ann, true);
    b.addStream(stream(1));
    await pass(5_999);
    assert.equal(b.pc.localDescription, null);
    await pass(1);
    assert.equal(b.pc.localDescription.type, 'offer');
  });

  test('a message that made somebody create the link can be handed to it', async () => {
    const [ann, bob] = await twoClients();
    const a = link(ann, bob, false);
    const made = new Promise((resolve) => {
      bob.addEventListener('sig', ({ detail }) => {
        const b = link(bob, ann, true);
        b.deliver(detail);
        resolve(b);
      }, { once: true });
    });
    a.addStream(stream(1));
    await run();
    assertAgreed(a, await made);
  });

  test('messages of others are not for this link', async () => {
    const { a, b } = await twoLinks();
    b.deliver({ t: 'sig', from: 'p_mallory', room: ROOM, neg: 1, gen: 1, d: { type: 'offer', sdp: 'a=ice-ufrag:x\r\na=parts:1' } });
    b.deliver({ t: 'sig', from: a.peer.id, room: 'another', neg: 1, gen: 1, d: { type: 'offer', sdp: 'a=ice-ufrag:x\r\na=parts:1' } });
    await run();
    assert.equal(b.pc.remoteDescription, null);
  });
});

describe('glare', () => {
  test('both restart at once: the polite side yields and both agree', async () => {
    const { a, b } = await twoLinks();
    a.addStream(stream(1));
    await run();
    const before = ufragOf(a.pc.localDescription.sdp);
    a.restartIce();
    b.restartIce();
    await run();
    assertAgreed(a, b);
    assert.notEqual(ufragOf(a.pc.localDescription.sdp), before);
  });

  test('150 seeded runs of both sides renegotiating at random moments over a network of random delays all end in agreement', async () => {
    for (let seed = 1; seed <= 150; seed++) {
      const random = generator(seed);
      const wires = new Map();
      hub = new FakeSignaling();
      network = fakeNetwork(hub, (direction, arrive) => wires.set(direction, [...(wires.get(direction) ?? []), arrive]));
      const pump = async () => {
        const busy = [...wires.values()].filter((wire) => wire.length > 0);
        if (busy.length > 0) busy[Math.floor(random() * busy.length)].shift()();
        for (let i = Math.floor(random() * 12); i > 0; i--) await null;
        if (random() < 0.2) mock.timers.tick(20);
        return busy.length > 0;
      };
      const clients = twoClients();
      let ready = null;
      clients.then((both) => (ready = both));
      while (!ready) await pump();
      const [ann, bob] = ready;
      const [a, b] = [link(ann, bob, false), link(bob, ann, true)];
      a.addStream(stream(1));
      for (let step = 0; step < 6; step++) {
        const side = random() < 0.5 ? a : b;
        if (random() < 0.5) side.restartIce();
        else side.addStream(stream(1));
        for (let i = Math.floor(random() * 15); i > 0; i--) await pump();
      }
      for (let quiet = 0; quiet < 10; ) {
        mock.timers.tick(20);
        await settle();
        quiet = (await pump()) ? 0 : quiet + 1;
      }
      assert.equal(a.pc.localDescription.sdp, b.pc.remoteDescription.sdp, `seed ${seed}`);
      assertAgreed(a, b);
      a.close();
      b.close();
    }
  });
});

describe('stale messages', () => {
  test('an answer to an older negotiation is ignored', async () => {
    const { a, b } = await twoLinks();
    a.addStream(stream(1));
    await run();
    const old = { t: 'sig', from: a.peer.id, room: ROOM, neg: 1, gen: 1, d: { type: 'answer', sdp: a.pc.remoteDescription.sdp } };
    hub.mute.add('sig');
    b.close();
    a.restartIce();
    await settle();
    assert.equal(a.pc.signalingState, 'have-local-offer');
    a.deliver(old);
    await run();
    assert.equal(a.pc.signalingState, 'have-local-offer');
    assert.deepEqual(a.errors, []);
  });

  test('candidates of an older generation are dropped, those of a coming one wait', async () => {
    const { a, b } = await twoLinks();
    a.addStream(stream(1));
    await run();
    const count = b.pc.applied.length;
    const ice = (gen, name) => ({ t: 'ice', from: b.peer.id, room: ROOM, gen, c: [{ candidate: name, usernameFragment: 'later' }] });
    b.deliver(ice(0, 'stale'));
    b.deliver(ice(2, 'early'));
    await run();
    assert.equal(b.pc.applied.length, count);
    b.deliver({ t: 'sig', from: b.peer.id, room: ROOM, neg: 7, gen: 2, d: { type: 'offer', sdp: 'a=ice-ufrag:later\r\na=parts:1' } });
    await run();
    assert.equal(b.pc.applied.at(-1), 'early');
    assert.ok(!b.pc.applied.includes('stale'));
  });

  test('a flood of candidates before any description is bounded', async () => {
    const { b } = await twoLinks();
    for (let i = 0; i < 50; i++) b.deliver({ t: 'ice', from: b.peer.id, room: ROOM, gen: 1, c: Array.from({ length: 10 }, () => ({ candidate: 'x', usernameFragment: 'f' })) });
    await run();
    b.deliver({ t: 'sig', from: b.peer.id, room: ROOM, neg: 1, gen: 1, d: { type: 'offer', sdp: 'a=ice-ufrag:f\r\na=parts:1' } });
    await run();
    assert.equal(b.pc.applied.length, 200);
  });

  test('a candidate that the browser refuses is reported and the rest applied', async () => {
    const { b } = await twoLinks();
    b.deliver({ t: 'sig', from: b.peer.id, room: ROOM, neg: 1, gen: 1, d: { type: 'offer', sdp: 'a=ice-ufrag:f\r\na=parts:1' } });
    b.deliver({ t: 'ice', from: b.peer.id, room: ROOM, gen: 1, c: [{ candidate: 'bad' }, { candidate: 'good', usernameFragment: 'f' }] });
    await run();
    assert.deepEqual(b.pc.applied, ['good']);
    assert.equal(b.errors.length, 1);
  });

  test('a candidate of an earlier connection of the same peer is not applied and is no error', async () => {
    const { b } = await twoLinks();
    b.deliver({ t: 'ice', from: b.peer.id, room: ROOM, gen: 1, c: [{ candidate: 'old', usernameFragment: 'other' }] });
    b.deliver({ t: 'sig', from: b.peer.id, room: ROOM, neg: 1, gen: 1, d: { type: 'offer', sdp: 'a=ice-ufrag:f\r\na=parts:1' } });
    await run();
    assert.deepEqual([b.pc.applied, b.errors], [[], []]);
  });
});

describe('mending', () => {
  test('a failed path is restarted by the impolite side at once and four times at most', async () => {
    const { a, b } = await twoLinks();
    a.addStream(stream(1));
    await run();
    let gaveUp = 0;
    a.addEventListener('gave-up', () => gaveUp++);
    b.close();
    for (let i = 0; i < 6; i++) {
      a.pc.connectionState = 'failed';
      a.pc.become('failed');
      await pass(0);
    }
    assert.equal(a.pc.restarts, 4);
    assert.ok(gaveUp >= 1);
  });

  test('a path that is silent for four seconds is restarted, one that comes back is not', async () => {
    const { a } = await twoLinks();
    a.pc.become('disconnected');
    await pass(3_999);
    a.pc.become('connected');
    await pass(10_000);
    assert.equal(a.pc.restarts, 0);
    a.pc.become('disconnected');
    await pass(4_000);
    assert.equal(a.pc.restarts, 1);
  });

  test('the polite side leaves the other one three seconds to restart first', async () => {
    const { b } = await twoLinks();
    b.pc.become('failed');
    await pass(2_999);
    assert.equal(b.pc.restarts, 0);
    await pass(1);
    assert.equal(b.pc.restarts, 1);
  });

  for (const [what, who] of [['offer', 'a'], ['answer', 'b']]) {
    test(`an ${what} that the server could not take for the moment is sent again`, async () => {
      const links = await twoLinks();
      let refusals = 0;
      const busy = { code: 2450, name: 'server_busy', retry: true, after: 0, detail: 'Busy.' };
      hub.refuse = (message) => (message.t === 'sig' && message.d.type === what && refusals++ === 0 ? busy : null);
      links.a.addStream(stream(1));
      await run();
      assert.equal(links[who].errors.length, 0);
      await pass(1_000);
      await run();
      assertAgreed(links.a, links.b);
      assert.equal(refusals, 2);
    });
  }

  test('a peer that is not there any more is an error, not a loop', async () => {
    const { a } = await twoLinks();
    let sent = 0;
    hub.refuse = (message) => (message.t === 'sig' ? (sent++, { code: 2404, name: 'no_such_peer', retry: false, detail: 'Nobody.' }) : null);
    a.addStream(stream(1));
    await run();
    await pass(60_000);
    assert.equal(sent, 1);
    assert.equal(a.errors[0].name, 'no_such_peer');
  });

  test('an offer survives a socket that drops under it', async () => {
    const { a, b } = await twoLinks();
    network.cut();
    a.addStream(stream(1));
    await settle();
    await pass(1_000);
    await run();
    assertAgreed(a, b);
  });
});

describe('relay', () => {
  test('force relay changes the policy and restarts; credentials come from the client', async () => {
    hub.iceServers = [{ urls: ['turn:t'], username: 'u', credential: 'c' }];
    const { a, b } = await twoLinks({ relayOnly: true });
    assert.equal(a.pc.configuration.iceTransportPolicy, 'relay');
    assert.deepEqual(a.pc.configuration.iceServers, hub.iceServers);
    a.addStream(stream(1));
    await run();
    a.setRelayOnly(false);
    assert.equal(a.pc.configuration.iceTransportPolicy, 'all');
    await run();
    assert.equal(a.pc.restarts, 1);
    assertAgreed(a, b);
  });

  for (const [type, restarts] of [['relay', 1], ['host', 0]]) {
    test(`fresh credentials are applied and ${restarts ? 'restart' : 'do not restart'} a ${type} path`, async () => {
      const { ann, a } = await twoLinks();
      a.pc.stats = [
        ['t', { type: 'transport', id: 't', selectedCandidatePairId: 'p', timestamp: 1 }],
        ['p', { type: 'candidate-pair', id: 'p', localCandidateId: 'l', remoteCandidateId: 'r' }],
        ['l', { type: 'local-candidate', id: 'l', candidateType: type }],
      ];
      [...hub.sessions.values()].find((session) => session.peer === ann.peerId).push({ t: 'ice-servers', servers: [{ urls: ['turn:new'] }], ttl: 60 });
      await run();
      assert.deepEqual(a.pc.configuration.iceServers, [{ urls: ['turn:new'] }]);
      assert.equal(a.pc.restarts, restarts);
    });
  }

  test('what the browser says about a server is kept once, and a bounded number of times', async () => {
    const { a } = await twoLinks();
    for (let i = 0; i < 100; i++) a.pc.onicecandidateerror({ url: 'turn:t', errorCode: 401, errorText: 'Unauthorized', address: null });
    assert.equal(a.candidateErrors.length, 1);
    for (let i = 0; i < 100; i++) a.pc.onicecandidateerror({ url: `turn:${i}`, errorCode: 701, errorText: '', address: null });
    assert.equal(a.candidateErrors.length, 32);
  });
});

/** Mulberry32: enough to make a run repeatable. */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
