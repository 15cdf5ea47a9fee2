// Encrypts a value for a dApp with the published npm package: no server is asked, no key is fetched.
//
//   printf 'HEX OF THE MESSAGE' | node examples/encrypt.mjs --mpk HEX --chain-id N \
//     --gateway ADDRESS --app ADDRESS --owner ADDRESS
//
// prints {"salt", "inputId", "derivedPublicKey", "ciphertext"}, all hex; pass salt and ciphertext to the dApp,
// which registers them. `--mpk` is the master public key (96 bytes): read it from KMSRegistry.keyOf once and pin
// it. The message is read from stdin, since command lines are public. Or import `encryptFor`.
import { randomBytes } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { IbeCiphertext, IbeIdentity, IbeSeed, MasterPublicKey } from '@dfinity/vetkeys';
import { keccak_256 } from '@noble/hashes/sha3';

const CONTEXT = new TextEncoder().encode('kmsgateway/decrypt/v1');

/** Bytes of a hex string, with or without 0x; of exactly `length` bytes where that is given. */
export function bytes(hex, length) {
  const text = hex.replace(/^0x/, '');
  if (!/^([0-9a-fA-F]{2})*$/.test(text)) throw new Error('not hex');
  if (length !== undefined && text.length !== 2 * length) throw new Error(`not ${length} bytes of hex`);
  return new Uint8Array(Buffer.from(text, 'hex'));
}

const hex = (data) => `0x${Buffer.from(data).toString('hex')}`;
const word = (data) => bytes(Buffer.from(data).toString('hex').padStart(64, '0'));
const uint256 = (value) => bytes(BigInt(value).toString(16).padStart(64, '0'));

/** The identity to encrypt to: keccak256(abi.encode(chainId, gateway, app, owner, salt)), 32 bytes. */
export function inputIdOf({ chainId, gateway, app, owner, salt }) {
  const words = [uint256(chainId), word(bytes(gateway, 20)), word(bytes(app, 20)), word(bytes(owner, 20)), salt];
  return keccak_256(new Uint8Array(Buffer.concat(words)));
}

/** The key of one dApp on one chain, derived from the master public key. */
export function derivedKeyOf({ mpk, chainId, app }) {
  const appId = new Uint8Array(Buffer.concat([uint256(chainId), bytes(app, 20)]));
  return MasterPublicKey.deserialize(bytes(mpk, 96)).deriveCanisterKey(appId).deriveSubKey(CONTEXT);
}

/**
 * Encrypts `message` (at most 1024 bytes) for `owner` of `app`. A salt is used once: whoever opens one
 * ciphertext of an identity can open all of them, also one that was replaced or reverted, so a fresh one is
 * drawn on every call. Fix the message's length where its size tells something.
 */
export function encryptFor({ mpk, chainId, gateway, app, owner, message }) {
  if (message.length > 1024) throw new Error('message is longer than 1024 bytes: encrypt a 32-byte key');
  const salt = new Uint8Array(randomBytes(32));
  const inputId = inputIdOf({ chainId, gateway, app, owner, salt });
  const key = derivedKeyOf({ mpk, chainId, app });
  const sealed = IbeCiphertext.encrypt(key, IbeIdentity.fromBytes(inputId), message, IbeSeed.random());
  return {
    salt: hex(salt),
    inputId: hex(inputId),
    derivedPublicKey: hex(key.publicKeyBytes()),
    ciphertext: hex(sealed.serialize()),
  };
}

function main() {
  const names = ['mpk', 'chain-id', 'gateway', 'app', 'owner'];
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
  const { values } = parseArgs({ options });
  const missing = names.filter((name) => values[name] === undefined);
  if (missing.length > 0) throw new Error(`missing --${missing.join(', --')}`);
  const message = bytes(readFileSync(0, 'utf8').trim());
  const { mpk, 'chain-id': chainId, gateway, app, owner } = values;
  console.log(JSON.stringify(encryptFor({ mpk, chainId, gateway, app, owner, message })));
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    main();
  } catch (error) {
    console.error(`encrypt: ${error.message}`);
    process.exit(65);
  }
}
