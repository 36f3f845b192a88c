/**
 * What is pushed is encrypted for the browser, so that the push service reads nothing of it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8291
 * @see https://www.rfc-editor.org/rfc/rfc8188
 */
import { createCipheriv, createECDH, type ECDH, hkdfSync } from "node:crypto"

/** The size of a record, which push services take at least. A push is one. */
const recordSize = 4_096

/** What is new for every push. */
export interface Ephemeral {
  readonly keys: ECDH
  /** 16 random bytes. */
  readonly salt: Uint8Array
}

/** A pair of keys for one push. */
export const ephemeralKeys = (): ECDH => {
  const keys = createECDH("prime256v1")
  keys.generateKeys()
  return keys
}

const derive = (key: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Buffer =>
  Buffer.from(hkdfSync("sha256", key, salt, info, length))

/** The body of a push (`Content-Encoding: aes128gcm`) for a browser's public key and the secret that it shares. */
export const encrypt = (plain: Uint8Array, to: { readonly p256dh: Buffer; readonly auth: Buffer }, { keys, salt }: Ephemeral): Buffer => {
  const own = keys.getPublicKey()
  const info = Buffer.concat([Buffer.from("WebPush: info\0"), to.p256dh, own])
  const secret = derive(keys.computeSecret(to.p256dh), to.auth, info, 32)
  const key = derive(secret, salt, Buffer.from("Content-Encoding: aes128gcm\0"), 16)
  const nonce = derive(secret, salt, Buffer.from("Content-Encoding: nonce\0"), 12)
  const cipher = createCipheriv("aes-128-gcm", key, nonce)
  // the delimiter of the last record
  const record = Buffer.concat([cipher.update(plain), cipher.update(Buffer.of(2)), cipher.final(), cipher.getAuthTag()])
  const size = Buffer.alloc(4)
  size.writeUInt32BE(recordSize)
  return Buffer.concat([salt, size, Buffer.of(own.length), own, record])
}
