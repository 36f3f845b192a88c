/**
 * Typed ids: a prefix that tells what the id is of, and a UUIDv7 in base 32, so that ids sort by the time they were
 * made: `prod_01jd5m8x2vf6grc1x7e9w0b3qk`. The text form is that of TypeID.
 *
 * @see https://github.com/jetify-com/typeid (specification 0.3)
 * @see https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Entropy } from "./Entropy.ts"

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

/** 128 bits as 26 digits of base 32, the first of which holds only three bits. */
const encode = (bytes: Uint8Array): string => {
  let text = ""
  let buffer = 0
  // two zero bits in front make 128 bits a multiple of five
  let bits = 2
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xffff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet[(buffer >> bits) & 31]
    }
  }
  return text
}

/** The text after the prefix for a moment (milliseconds since 1970, UTC) and ten random bytes. */
export const suffix = (millis: number, random: Uint8Array): string => {
  const bytes = new Uint8Array(16)
  for (let index = 5, rest = millis; index >= 0; index--) {
    bytes[index] = rest % 256
    rest = Math.floor(rest / 256)
  }
  bytes.set(random.subarray(0, 10), 6)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return encode(bytes)
}

/** The schema of one kind of id, with the effect that makes a new one. */
export interface IdSchema<Name extends string> extends Schema.brand<Schema.String, Name> {
  readonly prefix: string
  /** A new id, from the `Clock` and `Entropy` in the context. */
  readonly generate: Effect.Effect<Schema.brand<Schema.String, Name>["Type"]>
  /** `count` new ids in ascending order. */
  readonly generateMany: (
    count: number
  ) => Effect.Effect<ReadonlyArray<Schema.brand<Schema.String, Name>["Type"]>>
}

/** Defines a kind of id: `const ProductId = Id.define("prod", "ProductId")`. */
export const define = <const Name extends string>(prefix: string, name: Name): IdSchema<Name> => {
  const schema = Schema.String.check(
    Schema.isPattern(new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`), {
      fault: "not_an_id",
      identifier: name,
      expected: `an id that starts with ${prefix}_`,
      description: `Id that starts with ${prefix}_`
    })
    // the brand's type level check cannot see through a type parameter
  ).pipe(Schema.brand(name as never)) as unknown as Schema.brand<Schema.String, Name>
  type Id = Schema.brand<Schema.String, Name>["Type"]
  const make = (millis: number, random: Uint8Array): Id => `${prefix}_${suffix(millis, random)}` as unknown as Id
  return Object.assign(schema, {
    prefix,
    // an order is made of some twenty ids, so they are asked for in one step
    generate: Effect.withFiber((fiber) =>
      Effect.succeed(make(fiber.getRef(Clock.Clock).currentTimeMillisUnsafe(), fiber.getRef(Entropy).bytes(10)))
    ),
    generateMany: (count: number) =>
      Effect.withFiber((fiber) => {
        const millis = fiber.getRef(Clock.Clock).currentTimeMillisUnsafe()
        const entropy = fiber.getRef(Entropy)
        return Effect.succeed(Array.from({ length: count }, () => make(millis, entropy.bytes(10))).sort())
      })
  })
}
