// Run by `node --test examples/encrypt.test.mjs`: what the example encrypts opens with the key that a quorum would release, and
// nothing else does.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DerivedPublicKey, IbeCiphertext, VetKey, augmentedHashToG1, hashToScalar } from '@dfinity/vetkeys';
import { bls12_381 as bls } from '@noble/curves/bls12-381.js';
import { bytes, encryptFor, inputIdOf } from './encrypt.mjs';

const SECRET = 0x1234567890abcdefn;
const MPK = Buffer.from(bls.G2.Point.BASE.multiply(SECRET).toBytes(true)).toString('hex');
const GATEWAY = `0x${'11'.repeat(20)}`;
const APP = `0x${'22'.repeat(20)}`;
const OWNER = `0x${'33'.repeat(20)}`;
const names = { mpk: MPK, chainId: 31337, gateway: GATEWAY, app: APP, owner: OWNER };

const u64 = (value) => bytes(value.toString(16).padStart(16, '0'));
const concat = (...parts) => new Uint8Array(Buffer.concat(parts));
const lp = (a, b) => concat(u64(a.length), a, u64(b.length), b);

/** The key of an identity, computed as the whole quorum would. */
function released(app, derivedPublicKey, inputId) {
  const appId = bytes('7a69'.padStart(64, '0') + app.slice(2));
  const first = hashToScalar(lp(bytes(MPK), appId), 'ic-vetkd-bls12-381-g2-canister-id');
  const appKey = bls.G2.Point.BASE.multiply((SECRET + first) % bls.fields.Fr.ORDER).toBytes(true);
  const context = new TextEncoder().encode('kmsgateway/decrypt/v1');
  const second = hashToScalar(lp(appKey, context), 'ic-vetkd-bls12-381-g2-context');
  const hashed = augmentedHashToG1(DerivedPublicKey.deserialize(bytes(derivedPublicKey)), bytes(inputId));
  const point = bls.G1.Point.fromBytes(hashed.toRawBytes(true));
  const key = point.multiply((SECRET + first + second) % bls.fields.Fr.ORDER);
  return VetKey.deserialize(key.toBytes(true));
}

test('opens with the released key', () => {
  const message = new TextEncoder().encode('a sealed bid');
  const { salt, inputId, derivedPublicKey, ciphertext } = encryptFor({ ...names, message });
  const want = inputIdOf({ ...names, salt: bytes(salt) });
  assert.equal(inputId, `0x${Buffer.from(want).toString('hex')}`);
  const key = released(APP, derivedPublicKey, inputId);
  assert.deepEqual(IbeCiphertext.deserialize(bytes(ciphertext)).decrypt(key), message);
});

test('does not open under another owner, app, gateway or chain', () => {
  const { salt, inputId, derivedPublicKey, ciphertext } = encryptFor({ ...names, message: bytes('00') });
  for (const other of [{ owner: APP }, { app: OWNER }, { gateway: APP }, { chainId: 1 }]) {
    const copied = inputIdOf({ ...names, ...other, salt: bytes(salt) });
    assert.notDeepEqual(copied, bytes(inputId));
    const key = released(APP, derivedPublicKey, Buffer.from(copied).toString('hex'));
    assert.throws(() => IbeCiphertext.deserialize(bytes(ciphertext)).decrypt(key));
  }
});

test('draws a fresh salt every time', () => {
  const message = bytes('00');
  assert.notEqual(encryptFor({ ...names, message }).salt, encryptFor({ ...names, message }).salt);
});

test('refuses what is malformed', () => {
  const message = bytes('00');
  for (const bad of [{ owner: '0x12' }, { mpk: MPK.slice(2) }, { app: 'xyz' }]) {
    assert.throws(() => encryptFor({ ...names, ...bad, message }));
  }
  assert.throws(() => encryptFor({ ...names, message: new Uint8Array(1025) }));
});

test('runs as a command', () => {
  const script = fileURLToPath(new URL('./encrypt.mjs', import.meta.url));
  const flags = ['--mpk', MPK, '--chain-id', '31337', '--gateway', GATEWAY, '--app', APP, '--owner', OWNER];
  const done = spawnSync(process.execPath, [script, ...flags], { input: '00ff\n', encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
  const out = JSON.parse(done.stdout);
  const key = released(APP, out.derivedPublicKey, out.inputId);
  assert.deepEqual(IbeCiphertext.deserialize(bytes(out.ciphertext)).decrypt(key), bytes('00ff'));
  const failed = spawnSync(process.execPath, [script, ...flags.slice(2)], { input: '00', encoding: 'utf8' });
  assert.equal(failed.status, 65);
  assert.match(failed.stderr, /missing --mpk/);
});
