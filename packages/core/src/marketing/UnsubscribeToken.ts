/**
 * What stands in the links by which people want no more messages: whom it is about, encrypted and authenticated
 * (AES-256-GCM) under a key of the store. It tells nothing, not even how long an address is, cannot be made without the
 * key, and stays good, for an old mail must still unsubscribe.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { createCipheriv, createDecipheriv } from "node:crypto"
import { Entropy } from "../kernel/Entropy.ts"
import { MarketingChannel, MarketingKind } from "../notifications/MarketingKind.ts"

/** Who wants no more of what. */
export const Unsubscribing = Schema.Struct({
  channel: MarketingChannel,
  address: Schema.String,
  userId: Schema.NullOr(Schema.String),
  kind: MarketingKind
})
export interface Unsubscribing extends Schema.Schema.Type<typeof Unsubscribing> {}

/** Bytes of a key. */
export const keyLength = 32

const ivLength = 12
const tagLength = 16
/** Lengths of what is encrypted are multiples of this. */
const block = 128

/** A token for a store, by its key. */
export const make = (key: Uint8Array, storeId: string, about: Unsubscribing): Effect.Effect<string> =>
  Effect.map(Entropy, (entropy) => {
    const text = JSON.stringify([about.channel, about.kind, about.userId, about.address])
    const length = Buffer.byteLength(text)
    const iv = entropy.bytes(ivLength)
    const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(storeId))
    const padded = text + " ".repeat(Math.ceil(length / block) * block - length)
    return Buffer.concat([iv, cipher.update(padded, "utf8"), cipher.final(), cipher.getAuthTag()]).toString("base64url")
  })

const isAbout = Schema.is(Unsubscribing)

/** Whom a token of the store is about; `undefined` for what is none. */
export const read = (key: Uint8Array, storeId: string, token: string): Unsubscribing | undefined => {
  const sealed = Buffer.from(token, "base64url")
  // the same bytes have one text, so that a link that was changed is not taken
  if (sealed.length <= ivLength + tagLength || sealed.toString("base64url") !== token) return undefined
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, ivLength), { authTagLength: tagLength })
      .setAAD(Buffer.from(storeId))
      .setAuthTag(sealed.subarray(-tagLength))
    const plain = Buffer.concat([decipher.update(sealed.subarray(ivLength, -tagLength)), decipher.final()])
    const [channel, kind, userId, address]: ReadonlyArray<unknown> = JSON.parse(plain.toString("utf8"))
    const about = { channel, kind, userId, address }
    return isAbout(about) ? about : undefined
  } catch {
    return undefined
  }
}
