/**
 * The HTTP streams of the signaling server as a `fetch`, in front of a `FakeSignaling`. Everything is answered in microtasks. `http.up = false`
 * makes requests fail; `http.prefix` is where the server is; `http.lose(request)` may say that the answer to a request is lost on its way back; `http.holdsEvents` is a proxy that
 * gathers an event stream until it ends.
 */
export function fakeHttp(hub) {
  /** @type {Map<string, Stream>} */
  const streams = new Map();

  async function fakeFetch(url, { method = 'GET', body, headers = {}, signal } = {}) {
    const { pathname, searchParams } = new URL(url);
    const request = { method, path: pathname, body, accept: headers.Accept ?? '', after: Number(searchParams.get('after') ?? 0) };
    http.requests.push(request);
    await null;
    if (!http.up) throw new TypeError('no route');
    const answer = await answerTo(request, signal);
    if (http.lose(request)) throw new TypeError('the answer was lost');
    return answer;
  }

  async function answerTo(request, signal) {
    if (request.path === `${http.prefix}/check`) return reply(200, { ok: true });
    if (request.path === `${http.prefix}/stream`) return open(request);
    const stream = streams.get(request.path.split('/').at(-1));
    if (!stream) return reply(404, { ok: false, reason: 'stream-unknown' });
    if (request.method === 'POST') return post(stream, request);
    if (request.method === 'DELETE') return leave(stream);
    if (request.after < stream.forgotten) return reply(410, { ok: false, reason: 'messages-gone' });
    stream.confirm(request.after);
    return request.accept === 'text/event-stream' ? events(stream, request, signal) : poll(stream, request, signal);
  }

  function open({ body }) {
    const stream = new Stream(`stream-${streams.size + 1}`);
    streams.set(stream.id, stream);
    stream.connection = hub.connect({ send: (text) => stream.push(JSON.parse(text)), close: (code) => stream.push({ t: 'bye', code }) });
    stream.connection.receive(body);
    return reply(201, { stream: stream.id, messages: stream.items });
  }

  function post(stream, { body }) {
    for (const message of [JSON.parse(body)].flat()) stream.connection.receive(JSON.stringify(message));
    return reply(204);
  }

  function leave(stream) {
    streams.delete(stream.id);
    stream.connection.closed(1000);
    return reply(204);
  }

  async function poll(stream, { after }, signal) {
    if (stream.behind(after).length === 0) await stream.more(signal);
    return reply(200, stream.behind(after));
  }

  function events(stream, { after }, signal) {
    let sent = after;
    let begun = false;
    async function read() {
      if (http.holdsEvents) await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
      if (!begun) {
        begun = true;
        return { done: false, value: new TextEncoder().encode(':\n\n') };
      }
      if (stream.behind(sent).length === 0) await stream.more(signal);
      const items = stream.behind(sent);
      sent = items.at(-1)?.i ?? sent;
      const text = items.map(({ i, m }) => `id:${i}\ndata:${JSON.stringify(m)}\n\n`).join('');
      return { done: false, value: new TextEncoder().encode(text) };
    }
    return { status: 200, body: { getReader: () => ({ read }) } };
  }

  const http = { up: true, prefix: '/signal/v1', requests: [], streams, holdsEvents: false, lose: (_request) => false, fetch: fakeFetch };
  http.sent = (method) => http.requests.filter((request) => request.method === method && request.path.includes('/stream'));
  return http;
}

function reply(status, json) {
  return { status, json: async () => structuredClone(json) };
}

class Stream {
  items = [];
  forgotten = 0;
  connection = null;
  #last = 0;
  #waiting = [];

  constructor(id) {
    this.id = id;
  }

  push(message) {
    this.items.push({ i: ++this.#last, m: message });
    this.#waiting.splice(0).forEach((wake) => wake());
  }

  behind(index) {
    return this.items.filter(({ i }) => i > index);
  }

  confirm(index) {
    this.items = this.behind(index);
    this.forgotten = index;
  }

  more(signal) {
    return new Promise((resolve, reject) => {
      this.#waiting.push(resolve);
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    });
  }
}
