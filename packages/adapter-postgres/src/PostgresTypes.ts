/**
 * How PostgreSQL's values become JavaScript values, where the engine wants another form than the driver's.
 *
 * Integers of 64 bits are numbers, as SQLite answers them. Money in minor units and counts stay far below 2^53; a value
 * that does not is refused, where a rounded one would be a wrong figure.
 */
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Result from "effect/Result"

const refused = Result.fail(
  new PgTypes.CodecError({ message: "The integer is beyond 2^53 and would be rounded" })
)

const encode = (value: number | bigint): Result.Result<Uint8Array, PgTypes.CodecError> => {
  const wide = BigInt(value)
  if (BigInt.asIntN(64, wide) !== wide) {
    return Result.fail(new PgTypes.CodecError({ message: "The integer does not fit 64 bits" }))
  }
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigInt64(0, wide)
  return Result.succeed(bytes)
}

/** Reads without a bigint: two of them per column of every row cost more than the rest of a row. */
const read = (bytes: Uint8Array, offset: number): Result.Result<number, PgTypes.CodecError> => {
  const high = ((bytes[offset] ?? 0) << 24) | ((bytes[offset + 1] ?? 0) << 16) | ((bytes[offset + 2] ?? 0) << 8)
    | (bytes[offset + 3] ?? 0)
  const low = (((bytes[offset + 4] ?? 0) << 24) | ((bytes[offset + 5] ?? 0) << 16) | ((bytes[offset + 6] ?? 0) << 8)
    | (bytes[offset + 7] ?? 0)) >>> 0
  const value = high * 0x1_0000_0000 + low
  return Number.isSafeInteger(value) ? Result.succeed(value) : refused
}

/** The codecs of one client. */
export const registry = (): PgTypes.Registry => {
  const types = PgTypes.makeRegistry()
  types.register<number | bigint>(PgTypes.OID.int8, {
    encode,
    decode: (bytes) => read(bytes, 0),
    read
  }, { arrayOid: PgTypes.OID.int8Array })
  return types
}
