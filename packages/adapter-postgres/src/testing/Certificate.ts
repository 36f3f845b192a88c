/**
 * A certificate that signs itself, for servers of tests on this machine. Node signs, but writes no certificates.
 *
 * The form is that of RFC 5280, in the encoding of X.690 (DER).
 */
import { generateKeyPairSync, randomBytes, sign } from "node:crypto"

export interface Certificate {
  /** As PEM. Whoever trusts it trusts nothing but it. */
  readonly certificate: string
  /** The private key, as PEM. */
  readonly key: string
}

/** A value with its tag and its length. */
const value = (tag: number, ...parts: ReadonlyArray<Uint8Array>): Buffer => {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const sequence = (...parts: ReadonlyArray<Uint8Array>) => value(0x30, ...parts)
const set = (...parts: ReadonlyArray<Uint8Array>) => value(0x31, ...parts)
const integer = (bytes: Uint8Array) => value(0x02, bytes)
const text = (characters: string) => value(0x0c, Buffer.from(characters))
const octets = (bytes: Uint8Array) => value(0x04, bytes)
const bits = (bytes: Uint8Array) => value(0x03, Buffer.from([0]), bytes)
const time = (date: Date) => value(0x18, Buffer.from(date.toISOString().replace(/[-:T]|\.\d+/g, "")))
const oid = (...bytes: ReadonlyArray<number>) => value(0x06, Buffer.from(bytes))

const commonName = oid(0x55, 0x04, 0x03)
const alternativeName = oid(0x55, 0x1d, 0x11)
const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))

const pem = (bytes: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${bytes.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`

const day = 86_400_000

/** Makes a certificate for 127.0.0.1 with a key of its own. It is valid from yesterday until tomorrow. */
export const selfSigned = (): Certificate => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" })
  const name = sequence(set(sequence(commonName, text("A server of tests"))))
  const now = Date.now()
  const address = sequence(value(0x87, Buffer.from([127, 0, 0, 1])))
  const content = sequence(
    value(0xa0, integer(Buffer.from([2]))),
    // a leading bit would make the number negative
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    name,
    sequence(time(new Date(now - day)), time(new Date(now + day))),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    value(0xa3, sequence(sequence(alternativeName, octets(address))))
  )
  return {
    certificate: pem(sequence(content, ecdsaWithSha256, bits(sign("sha256", content, privateKey)))),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString()
  }
}
