/**
 * The keys by which push services know the shop: a pair on the curve P-256, in base64url as browsers and RFC 8292 have
 * them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8292
 */
import { createECDH, createPrivateKey, createSign, ECDH, generateKeyPairSync, type KeyObject } from "node:crypto"

export interface VapidKeys {
  /** The point, uncompressed: 65 bytes. */
  readonly publicKey: string
  /** The number: 32 bytes. */
  readonly privateKey: string
}

/** A new pair. Make it once and keep it: browsers that subscribed with another take nothing of it. */
export const generateKeys = (): VapidKeys => {
  const { d = "", x = "", y = "" } = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" })
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")])
  return { publicKey: point.toString("base64url"), privateKey: d }
}

/** Bytes of base64url; `undefined` for what is none, or not so many. */
export const bytesOf = (text: string, length: number): Buffer | undefined => {
  if (!/^[A-Za-z0-9_-]+={0,2}$/.test(text)) return undefined
  const bytes = Buffer.from(text, "base64url")
  return bytes.length === length ? bytes : undefined
}

/** Whether bytes are a point of the curve P-256, uncompressed. */
export const isPoint = (bytes: Buffer): boolean => {
  try {
    return bytes[0] === 4 && ECDH.convertKey(bytes, "prime256v1", undefined, undefined, "uncompressed").length > 0
  } catch {
    return false
  }
}

/** The key to sign with. Throws, without repeating a key, where the two are no pair. */
export const signingKey = ({ privateKey, publicKey }: VapidKeys): KeyObject => {
  const wrong = () => new TypeError("The keys of Web Push are no pair on P-256; generateKeys() makes one")
  const [point, secret] = [bytesOf(publicKey, 65), bytesOf(privateKey, 32)]
  if (point === undefined || secret === undefined) throw wrong()
  const jwk = {
    kty: "EC",
    crv: "P-256",
    x: point.subarray(1, 33).toString("base64url"),
    y: point.subarray(33).toString("base64url"),
    d: secret.toString("base64url")
  }
  try {
    const pair = createECDH("prime256v1")
    pair.setPrivateKey(secret)
    if (!pair.getPublicKey().equals(point)) throw wrong()
    return createPrivateKey({ key: jwk, format: "jwk" })
  } catch {
    throw wrong()
  }
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url")

/** `Authorization` for a push service (`audience`: its origin), good until `expires` (seconds since 1970). */
export const authorization = (
  key: KeyObject,
  publicKey: string,
  { audience, contact, expires }: { readonly audience: string; readonly contact: string; readonly expires: number }
): string => {
  const signed = `${encoded({ typ: "JWT", alg: "ES256" })}.${encoded({ aud: audience, exp: expires, sub: contact })}`
  const signature = createSign("sha256").update(signed).sign({ key, dsaEncoding: "ieee-p1363" }).toString("base64url")
  return `vapid t=${signed}.${signature}, k=${publicKey}`
}
