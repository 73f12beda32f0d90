/**
 * A WebSocket class whose other end is a `FakeSignaling`. Everything is delivered in microtasks, in order. `network.up = false` makes
 * attempts fail; `network.opening` may be a promise that they wait for; `network.cut()` drops all sockets with 1006, as a dead network does. `deliver` may be replaced to decide when a frame of a
 * socket arrives; it must keep the order of each direction.
 */
export function fakeNetwork(hub, deliver = (_direction, arrive) => queueMicrotask(arrive)) {
  function cut(code = 1006) {
    for (const socket of [...network.sockets]) socket.fail(code);
  }

  async function fakeFetch() {
    if (!network.refusal) throw new TypeError('no route');
    return { json: async () => network.refusal };
  }

  class FakeSocket {
    readyState = 0;
    onopen = null;
    onmessage = null;
    onclose = null;
    in = {};
    out = {};

    constructor(url, protocols) {
      this.url = url;
      this.protocols = protocols;
      network.attempts += 1;
      void network.opening.then(() => this.#open());
    }

    #open() {
      if (this.readyState !== 0) return;
      if (!network.up || network.refusal) return this.fail(1006);
      this.readyState = 1;
      network.sockets.push(this);
      this.connection = hub.connect({
        send: (text) => deliver(this.in, () => this.readyState === 1 && this.onmessage?.({ data: text })),
        close: (code) => this.fail(code),
      });
      this.onopen?.({});
    }

    send(text) {
      if (this.readyState !== 1) throw new Error('the socket is not open');
      deliver(this.out, () => this.readyState === 1 && this.connection.receive(text));
    }

    close(code = 1005) {
      this.#end(code);
    }

    fail(code) {
      this.#end(code);
      queueMicrotask(() => this.onclose?.({ code }));
    }

    #end(code) {
      if (this.readyState === 3) return;
      this.readyState = 3;
      network.sockets = network.sockets.filter((socket) => socket !== this);
      this.connection?.closed(code);
    }
  }

  const network = { up: true, opening: Promise.resolve(), attempts: 0, sockets: [], refusal: null, cut, WebSocket: FakeSocket, fetch: fakeFetch };
  return network;
}

/** Lets everything that is queued in microtasks happen. */
export async function settle() {
  for (let i = 0; i < 80; i++) await null;
}
