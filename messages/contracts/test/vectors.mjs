// Writes test/Vectors.sol: keys, ciphertexts and signatures made by @dfinity/vetkeys and @noble/curves, so
// that the contracts are tested against code that nobody here wrote. Deterministic: every secret is a hash of
// its name. Run by `node test/vectors.mjs`; `--check` fails where the committed file differs.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { bls12_381 as bls } from '@noble/curves/bls12-381.js';
import { IbeCiphertext, IbeIdentity, IbeSeed, MasterPublicKey, augmentedHashToG1, hashToScalar } from '@dfinity/vetkeys';
import { inputIdOf } from '../examples/encrypt.mjs';

const APP_DST = 'ic-vetkd-bls12-381-g2-canister-id';
const CONTEXT_DST = 'ic-vetkd-bls12-381-g2-context';
const LENGTHS = [0, 1, 31, 32, 33, 256, 1024];
const CHAIN_ID = 31337n;
const GATEWAY = '5615deb798bb3e4dfa0139dfa1b3d433cc23b72f';

const sha = (name) => new Uint8Array(createHash('sha256').update(name).digest());
const hex = (bytes) => Buffer.from(bytes).toString('hex');
const raw = (text) => new Uint8Array(Buffer.from(text, 'hex'));
const utf8 = (text) => new TextEncoder().encode(text);
const limb = (value) => value.toString(16).padStart(128, '0');
const concat = (...parts) => new Uint8Array(Buffer.concat(parts));
const lp = (a, b) => concat(u64(a.length), a, u64(b.length), b);

function u64(value) {
  const out = Buffer.alloc(8);
  out.writeBigUInt64BE(BigInt(value));
  return out;
}

function evmG1(point) {
  const { x, y } = point.toAffine();
  return limb(x) + limb(y);
}

function evmG2(point) {
  const { x, y } = point.toAffine();
  return limb(x.c0) + limb(x.c1) + limb(y.c0) + limb(y.c1);
}

/** A stream of bytes that depends on the name alone. */
function stream(name, length) {
  return new Uint8Array(createHash('shake256', { outputLength: Math.max(length, 1) }).update(name).digest()).slice(0, length);
}

const appId = concat(raw(CHAIN_ID.toString(16).padStart(64, '0')), raw(GATEWAY));
const context = utf8('kmsgateway/attest/v1');
const names = { chainId: CHAIN_ID, gateway: GATEWAY, app: '22'.repeat(20), owner: '33'.repeat(20), salt: sha('salt') };
const order = bls.fields.Fr.ORDER;
const secret = BigInt('0x' + hex(sha('kmsgateway test master key'))) % order;
const mpkPoint = bls.G2.Point.BASE.multiply(secret);
const mpk = mpkPoint.toBytes(true);
const master = MasterPublicKey.deserialize(mpk);
const appKey = master.deriveCanisterKey(appId);
const attestKey = appKey.deriveSubKey(context);
const delta = (hashToScalar(lp(mpk, appId), APP_DST)
  + hashToScalar(lp(appKey.publicKeyBytes(), context), CONTEXT_DST)) % order;

const id = sha('attestation');
const hashed = bls.G1.Point.fromBytes(augmentedHashToG1(attestKey, id).toRawBytes(true));
const signature = hashed.multiply((secret + delta) % order);

const dpk = appKey.deriveSubKey(utf8('kmsgateway/decrypt/v1'));
const openings = LENGTHS.map((length) => {
  const seed = sha(`seed ${length}`);
  const message = stream(`message ${length}`, length);
  const identity = IbeIdentity.fromBytes(sha(`identity ${length}`));
  const ciphertext = IbeCiphertext.encrypt(dpk, identity, message, IbeSeed.fromBytes(seed)).serialize();
  return { length, seed, message, ciphertext };
});

/** A point of the curve E2 outside the subgroup of order r: the first x = 0, 1, 2 ... that gives one. */
function outsideSubgroup() {
  const { Fp2 } = bls.fields;
  for (let i = 0n; ; i++) {
    const x = Fp2.fromBigTuple([i, 0n]);
    const square = Fp2.add(Fp2.mul(Fp2.sqr(x), x), Fp2.fromBigTuple([4n, 4n]));
    let y;
    try {
      y = Fp2.sqrt(square);
    } catch {
      continue;
    }
    const point = bls.G2.Point.fromAffine({ x, y });
    if (!point.isTorsionFree()) return point;
  }
}

const rows = openings.map(({ seed, message, ciphertext }, i) => `        if (i == ${i}) {
            return Vector(
                0x${hex(seed)},
                hex"${hex(message)}",
                hex"${hex(ciphertext)}"
            );
        }`).join('\n');

const text = `// SPDX-License-Identifier: Apache-2.0
pragma solidity =0.8.37;

// Written by test/vectors.mjs with @dfinity/vetkeys and @noble/curves; do not edit.

/// @notice A ciphertext and what it was made from.
struct Vector {
    bytes32 seed;
    bytes message;
    bytes ciphertext;
}

/// @notice Values from implementations that nobody here wrote.
library Vectors {
    uint256 internal constant COUNT = ${openings.length};
    uint256 internal constant MASTER_SECRET = 0x${secret.toString(16).padStart(64, '0')};
    uint256 internal constant CHAIN_ID = ${CHAIN_ID};
    bytes internal constant GATEWAY = hex"${GATEWAY}";
    bytes internal constant MPK = hex"${hex(mpk)}";
    bytes internal constant MPK_POINT = hex"${evmG2(mpkPoint)}";
    bytes internal constant ATTEST_KEY = hex"${hex(attestKey.publicKeyBytes())}";
    bytes internal constant ATTEST_POINT = hex"${evmG2(bls.G2.Point.fromBytes(attestKey.publicKeyBytes()))}";
    uint256 internal constant ATTEST_DELTA = 0x${delta.toString(16).padStart(64, '0')};
    bytes32 internal constant ID = 0x${hex(id)};
    bytes internal constant SIGNATURE = hex"${evmG1(signature)}";
    bytes internal constant ID_HASHED = hex"${evmG1(hashed)}";
    bytes32 internal constant INPUT_ID = 0x${hex(inputIdOf(names))};
    bytes32 internal constant INPUT_SALT = 0x${hex(names.salt)};
    bytes internal constant OUTSIDE_SUBGROUP = hex"${evmG2(outsideSubgroup())}";

    function get(uint256 i) internal pure returns (Vector memory) {
${rows}
        revert("no such vector");
    }
}
`;

const target = new URL('./Vectors.sol', import.meta.url);
if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('test/Vectors.sol differs from what test/vectors.mjs writes');
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
}
