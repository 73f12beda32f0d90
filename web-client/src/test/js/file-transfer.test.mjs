import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { FileTransfer } from '../../main/resources/dev/postern/webclient/lib/postern.js';
import { safeName } from '../../main/resources/dev/postern/webclient/lib/file-transfer.js';

/** Two ends of a data link; `tamper` may change or drop what travels. */
function pair(tamper = (data) => data) {
  const make = () => Object.assign(new EventTarget(), { other: null, isOpen: true, inFlight: 0, most: 0 });
  const [a, b] = [make(), make()];
  for (const [end, other] of [[a, b], [b, a]]) {
    end.send = async (data) => {
      if (!end.isOpen) throw new Error('closed');
      end.inFlight += 1;
      end.most = Math.max(end.most, end.inFlight);
      const copy = typeof data === 'string' ? data : data.slice().buffer;
      await new Promise((resolve) => setImmediate(resolve));
      end.inFlight -= 1;
      const arrived = tamper(copy);
      if (arrived !== undefined) other.dispatchEvent(new CustomEvent('message', { detail: arrived }));
    };
  }
  a.cut = () => {
    for (const end of [a, b]) {
      end.isOpen = false;
      end.dispatchEvent(new CustomEvent('close'));
    }
  };
  return [a, b];
}

const received = (transfer) => new Promise((resolve) => transfer.addEventListener('received', ({ detail }) => resolve(detail), { once: true }));
const failure = (transfer) => new Promise((resolve) => transfer.addEventListener('failed', ({ detail }) => resolve(detail), { once: true }));

test('a file arrives whole, with its checksum confirmed by the receiver', async () => {
  const [a, b] = pair();
  const bytes = randomBytes(3_500_000);
  const [sender, receiver] = [new FileTransfer(a), new FileTransfer(b)];
  const arrives = received(receiver);
  const sha256 = await sender.send(new File([bytes], 'pictures.zip'));
  const file = await arrives;
  assert.equal(sha256, createHash('sha256').update(bytes).digest('hex'));
  assert.equal(file.sha256, sha256);
  assert.equal(file.name, 'pictures.zip');
  assert.deepEqual(Buffer.from(await file.blob.arrayBuffer()), bytes);
});

test('an empty file is a file too', async () => {
  const [a, b] = pair();
  const arrives = received(new FileTransfer(b));
  await new FileTransfer(a).send(new File([], 'empty'));
  assert.equal((await arrives).blob.size, 0);
});

test('the sender waits for every chunk to be taken before it hands over the next', async () => {
  const [a, b] = pair();
  new FileTransfer(b);
  await new FileTransfer(a).send(new File([randomBytes(1_000_000)], 'x'));
  assert.equal(a.most, 1);
});

test('files go one after the other, and both ways at once', async () => {
  const [a, b] = pair();
  const [left, right] = [new FileTransfer(a), new FileTransfer(b)];
  const names = [];
  right.addEventListener('received', ({ detail }) => names.push(detail.name));
  await Promise.all([left.send(new File([randomBytes(200_000)], 'one')), left.send(new File([randomBytes(10)], 'two')), right.send(new File(['back'], 'back'))]);
  assert.deepEqual(names, ['one', 'two']);
});

test('a flipped bit is noticed by the receiver, and the sender is told', async () => {
  let flipped = false;
  const [a, b] = pair((data) => {
    if (typeof data !== 'string' && !flipped) {
      flipped = true;
      new Uint8Array(data)[5] ^= 1;
    }
    return data;
  });
  const fails = failure(new FileTransfer(b));
  await assert.rejects(new FileTransfer(a).send(new File([randomBytes(1_000)], 'x')), /damaged/);
  assert.match((await fails).why, /checksum/);
});

test('more bytes than were announced are refused', async () => {
  const [a, b] = pair();
  const fails = failure(new FileTransfer(b));
  await a.send(JSON.stringify({ t: 'offer', id: '1', name: 'x', size: 10 }));
  await a.send(new Uint8Array(11));
  assert.match((await fails).why, /more bytes/);
});

test('a file that is too large, or that the receiver does not want, is declined with the reason', async () => {
  const [a, b] = pair();
  new FileTransfer(b, { maxBytes: 1 << 20, accept: (offer) => (offer.name === 'no' ? 'not now' : null) });
  const sender = new FileTransfer(a);
  await assert.rejects(sender.send(new File([new Uint8Array((1 << 20) + 1)], 'big')), /larger than the 1 MB/);
  await assert.rejects(sender.send(new File(['x'], 'no')), /not now/);
  await sender.send(new File(['x'], 'yes'));
});

test('sizes that are no sizes are declined', async () => {
  const [a, b] = pair();
  const receiver = new FileTransfer(b);
  for (const size of [-1, 1.5, 'ten', null, 2 ** 60]) {
    const fails = failure(receiver);
    await a.send(JSON.stringify({ t: 'offer', id: '1', name: 'x', size }));
    assert.match((await fails).why, /not a number of bytes|larger/, String(size));
  }
});

test('a connection that ends in the middle ends the transfer on both sides', async () => {
  const [a, b] = pair();
  const [sender, receiver] = [new FileTransfer(a), new FileTransfer(b)];
  const fails = failure(receiver);
  receiver.addEventListener('progress', ({ detail }) => detail.bytes > 100_000 && a.cut());
  await assert.rejects(sender.send(new File([randomBytes(2_000_000)], 'x')));
  assert.match((await fails).why, /ended before/);
});

test('noise on the channel is ignored', async () => {
  const [a, b] = pair();
  const arrives = received(new FileTransfer(b));
  for (const noise of ['', 'null', '{', '[]', '5', '{"t":"done","id":"?"}', '{"t":"accept"}']) await a.send(noise);
  await a.send(new Uint8Array(4));
  await new FileTransfer(a).send(new File(['still works'], 'x'));
  assert.equal(await (await arrives).blob.text(), 'still works');
});

test('names of strangers lose paths, control and direction characters, and length', () => {
  assert.equal(safeName('../../etc/passwd'), 'passwd');
  assert.equal(safeName('C:\\temp\\a.txt'), 'a.txt');
  assert.equal(safeName('photo\u202egpj.exe\u0000'), 'photogpj.exe');
  assert.equal(safeName('a'.repeat(500)).length, 180);
  for (const empty of [undefined, null, '', '/', ' ']) assert.equal(safeName(empty), 'file');
});
