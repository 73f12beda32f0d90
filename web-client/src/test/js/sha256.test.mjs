import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Sha256, sha256Hex } from '../../main/resources/dev/postern/webclient/lib/sha256.js';

const reference = (bytes) => createHash('sha256').update(bytes).digest('hex');

// FIPS 180-4 example values, published by NIST with the standard.
for (const [text, digest] of [
  ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ['abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1'],
]) {
  test(`'${text.slice(0, 8)}' has the digest of the standard`, () => {
    assert.equal(new Sha256().update(new TextEncoder().encode(text)).hex(), digest);
  });
}

test('every length around the block borders agrees with another implementation', () => {
  for (let length = 0; length <= 200; length++) {
    const bytes = randomBytes(length);
    assert.equal(new Sha256().update(bytes).hex(), reference(bytes), `${length} bytes`);
  }
});

test('pieces of any size give the digest of the whole', () => {
  const bytes = randomBytes(10_000);
  for (const size of [1, 7, 63, 64, 65, 4096]) {
    const hash = new Sha256();
    for (let at = 0; at < bytes.length; at += size) hash.update(bytes.subarray(at, at + size));
    assert.equal(hash.hex(), reference(bytes));
  }
});

test('a blob is hashed alike with and without crypto.subtle', async () => {
  const bytes = randomBytes(3 * 1024 * 1024 + 5);
  assert.equal(await sha256Hex(new Blob([bytes])), reference(bytes));
  assert.equal(await sha256Hex(new Blob([bytes]), null), reference(bytes));
});
