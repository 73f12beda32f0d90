import assert from 'node:assert/strict';
import { after, beforeEach, describe, mock, test } from 'node:test';
import { Call } from '../../main/resources/dev/postern/webclient/call/call.js';
import { FakeConnection } from './fake-rtc.mjs';
import { FakeSignaling } from './fake-signaling.mjs';
import { fakeNetwork, settle } from './fake-socket.mjs';

let hub;
let network;
const saved = { WebSocket: globalThis.WebSocket, fetch: globalThis.fetch };

/** What the page takes from its browser. */
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

async function connected() {
  const ann = await enter('Ann');
  const bob = await enter('Bob');
  assert.deepEqual([ann.phase, bob.phase, ann.peerName, bob.peerName], ['live', 'live', 'Bob', 'Ann']);
  return [ann, bob];
}

const sessionOf = (call) => [...hub.sessions.values()].find((session) => session.peer === call.client.peerId);

function assertTalking(...calls) {
  for (const call of calls) {
    assert.equal(call.phase, 'live');
    assert.deepEqual(call.troubles, []);
  }
  assert.equal(calls[0].link.pc.localDescription.sdp, calls[1].link.pc.remoteDescription.sdp);
  assert.deepEqual(hub.breaches, []);
}

describe('a call for two', () => {
  test('begins when the second comes and ends for the other when one hangs up', async () => {
    const [ann, bob] = await connected();
    assertTalking(ann, bob);
    bob.hangUp();
    await run();
    assert.deepEqual([ann.phase, bob.phase, ann.link], ['alone', 'left', null]);
    await bob.join('Bob', 'none');
    await run();
    assertTalking(ann, bob);
  });

  test('a third person is told and left alone, and takes the place of who leaves', async () => {
    const [ann, bob] = await connected();
    const [linkOfAnn, linkOfBob] = [ann.link, bob.link];
    const eve = await enter('Eve');
    await run(10_000);
    assert.equal(eve.verdict.code, 'room-full');
    assert.match(eve.troubles[0], /Two people are already in this room/);
    assert.deepEqual([eve.link, ann.link, bob.link], [null, linkOfAnn, linkOfBob]);
    bob.hangUp();
    await run();
    eve.troubles.length = 0;
    assertTalking(ann, eve);
  });

  test('a page that reloads comes back as somebody new', async () => {
    const [ann, bob] = await connected();
    network.sockets.find((socket) => socket.connection.session.peer === bob.client.peerId).close(1001);
    await run();
    assert.equal(ann.phase, 'alone');
    assertTalking(ann, await enter('Bob'));
  });

  test('a page that was killed comes back while its old self still counts as lost', async () => {
    const [ann, bob] = await connected();
    bob.client.dispatchEvent = () => true;
    network.sockets.find((socket) => socket.connection.session.peer === bob.client.peerId).close(1006);
    await run();
    ann.link.pc.become('disconnected');
    const again = await enter('Bob');
    assertTalking(ann, again);
  });

  test('when the other side closes its end but stays in the room, a new link is made', async () => {
    const [ann, bob] = await connected();
    const before = ann.link;
    ann.link.pc.channels[0].onclose();
    bob.link.pc.channels[0].onclose();
    await run(1_000);
    assert.notEqual(ann.link, before);
    assertTalking(ann, bob);
  });
});

describe('without signaling', () => {
  test('a call goes on through a restart of the server, and both find each other under their new ids', async () => {
    const [ann, bob] = await connected();
    const [linkOfAnn, linkOfBob, oldId] = [ann.link, bob.link, bob.client.peerId];
    network.up = false;
    hub.sessions.clear();
    network.cut();
    await run();
    assert.deepEqual([ann.client.state, ann.phase], ['waiting', 'live']);
    network.up = true;
    await run(20_000);
    assert.deepEqual([ann.link, bob.link], [linkOfAnn, linkOfBob]);
    assert.notEqual(ann.link.peer.id, oldId);
    assert.deepEqual([ann.link.peer.id, bob.link.peer.id], [bob.client.peerId, ann.client.peerId]);
    ann.restartIce();
    await run();
    assertTalking(ann, bob);
  });

  test('who ran out of time on the server but is still connected is kept; who left is not', async () => {
    const [ann, bob] = await connected();
    hub.leave(sessionOf(bob), 'room', 'timeout');
    await run();
    assert.equal(ann.phase, 'live');
    ann.link.pc.become('failed');
    await run();
    assert.deepEqual([ann.phase, ann.link], ['alone', null]);
  });

  test('a dropped socket resumes and changes nothing', async () => {
    const [ann, bob] = await connected();
    const link = ann.link;
    ann.dropSocket();
    await run(2_000);
    assert.equal(ann.client.state, 'open');
    assert.equal(ann.link, link);
    assertTalking(ann, bob);
  });

  test('a server that refuses ends the attempt and leaves its reason in the verdict', async () => {
    network.refusal = { ok: false, reason: 'origin-not-allowed', detail: 'Not from here.' };
    const ann = await enter('Ann');
    assert.deepEqual([ann.phase, ann.client, ann.verdict.level, ann.verdict.code], ['left', null, 'bad', 'origin-not-allowed']);
    network.refusal = null;
    void ann.join('Ann', 'none');
    await run();
    assert.equal(ann.phase, 'alone');
  });
});

describe('force relay', () => {
  test('makes a new link on both sides, of which ours uses nothing but the relay', async () => {
    const [ann, bob] = await connected();
    const [linkOfAnn, linkOfBob] = [ann.link, bob.link];
    ann.setRelayOnly(true);
    await run();
    assert.notEqual(ann.link, linkOfAnn);
    assert.notEqual(bob.link, linkOfBob);
    assert.deepEqual([ann.link.relayOnly, bob.link.relayOnly], [true, false]);
    assertTalking(ann, bob);
    const relayed = ann.link;
    ann.setRelayOnly(false);
    await run();
    assert.equal(ann.link, relayed);
    assertTalking(ann, bob);
  });

  test('a spoiled TURN password reaches the connection and nothing else', async () => {
    hub.iceServers = [{ urls: ['turn:t'], username: 'u', credential: 'right' }];
    const ann = await enter('Ann', { wrongTurnPassword: true });
    await enter('Bob');
    assert.equal(ann.link.pc.configuration.iceServers[0].credential, 'wrong-on-purpose');
  });
});
