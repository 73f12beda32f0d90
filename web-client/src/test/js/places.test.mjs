/** Where the client looks for what belongs together. */
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { newClient } from '../../main/resources/dev/postern/webclient/call/session.js';
import { httpUrl, sameOriginUrl } from '../../main/resources/dev/postern/webclient/lib/protocol.js';

afterEach(() => {
  delete globalThis.location;
  delete globalThis.WebSocket;
});

for (const [socket, check, stream] of [
  ['ws://server.test/signal/v1/ws', 'http://server.test/signal/v1/check', 'http://server.test/signal/v1/stream'],
  ['wss://server.test:8443/signal/v1/ws', 'https://server.test:8443/signal/v1/check', 'https://server.test:8443/signal/v1/stream'],
  ['wss://server.test/calls/signal/v1/ws', 'https://server.test/calls/signal/v1/check', 'https://server.test/calls/signal/v1/stream'],
  ['wss://server.test/calls/ws?from=page', 'https://server.test/calls/check', 'https://server.test/calls/stream'],
]) {
  test(`what is beside ${socket}`, () => assert.deepEqual([httpUrl(socket, 'check'), httpUrl(socket, 'stream')], [check, stream]));
}

for (const [page, onOrigin, besidePage] of [
  ['http://page.test/', 'ws://page.test/signal/v1/ws', 'ws://page.test/signal/v1/ws'],
  ['https://page.test:8443/?room=r#name=Ann', 'wss://page.test:8443/signal/v1/ws', 'wss://page.test:8443/signal/v1/ws'],
  ['https://page.test/calls/', 'wss://page.test/signal/v1/ws', 'wss://page.test/calls/signal/v1/ws'],
  ['https://page.test/calls/index.html#room=r', 'wss://page.test/signal/v1/ws', 'wss://page.test/calls/signal/v1/ws'],
]) {
  test(`the library looks on the origin of ${page}, the call page beside itself`, () => {
    globalThis.location = new URL(page);
    assert.equal(sameOriginUrl(), onOrigin);
    const opened = [];
    globalThis.WebSocket = class {
      constructor(url) {
        opened.push(url);
      }
      close() {}
    };
    const client = newClient({ carrier: 'websocket', wrongTurnPassword: false }, '');
    client.connect().catch(() => {});
    client.close();
    assert.deepEqual(opened, [besidePage]);
  });
}

test('without a page the library wants to be told', () => assert.throws(() => sameOriginUrl(), TypeError));
