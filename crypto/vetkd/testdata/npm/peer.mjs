// The published npm package, driven over a pipe: reads one JSON array of tasks on stdin, writes
// one JSON array of answers on stdout. All bytes are hexadecimal.
import { readFileSync } from 'node:fs'
import {
  DerivedPublicKey, EncryptedVetKey, IbeCiphertext, IbeIdentity, IbeSeed, MasterPublicKey,
  TransportSecretKey, VetKey, verifyBlsSignature
} from '@dfinity/vetkeys'

const hex = bytes => Buffer.from(bytes).toString('hex')
const raw = text => new Uint8Array(Buffer.from(text, 'hex'))
const text = name => new TextEncoder().encode(name)
const derived = task => DerivedPublicKey.deserialize(raw(task.dpk))

const answers = {
  derive: task => hex(MasterPublicKey.deserialize(raw(task.master))
    .deriveCanisterKey(raw(task.app)).deriveSubKey(text(task.context)).publicKeyBytes()),
  verify: task => String(verifyBlsSignature(derived(task), raw(task.id), raw(task.key))),
  encrypt: task => hex(IbeCiphertext.encrypt(derived(task), IbeIdentity.fromBytes(raw(task.id)),
    raw(task.message), task.seed ? IbeSeed.fromBytes(raw(task.seed)) : IbeSeed.random()).serialize()),
  decrypt: task => hex(IbeCiphertext.deserialize(raw(task.ciphertext))
    .decrypt(VetKey.deserialize(raw(task.key)))),
  transport: task => hex(EncryptedVetKey.deserialize(raw(task.encrypted))
    .decryptAndVerify(TransportSecretKey.deserialize(raw(task.secret)), derived(task),
      raw(task.id)).signatureBytes())
}

const answer = task => {
  try {
    return { value: answers[task.do](task) }
  } catch (error) {
    return { error: String(error) }
  }
}

const tasks = JSON.parse(readFileSync(0, 'utf8'))
process.stdout.write(JSON.stringify(tasks.map(answer)))
