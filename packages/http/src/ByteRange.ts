/**
 * Parts of a file that are asked for.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-range-requests
 */

export interface Part {
  readonly offset: number
  readonly length: number
}

/** Whether a list of entity tags (`If-None-Match`) names one. */
export const matches = (header: string, etag: string): boolean =>
  header.split(",").some((tag) => {
    const plain = tag.trim().replace(/^W\//, "")
    return plain === etag || plain === "*"
  })

/**
 * The part that `Range` asks for: `undefined` for all of it, which is also the answer to several parts at once, to another
 * unit, and to whoever has a part of another version.
 */
export const parse = (
  range: string | undefined,
  ifRange: string | undefined,
  etag: string,
  bytes: number
): Part | "unsatisfiable" | undefined => {
  if (range === undefined || (ifRange !== undefined && ifRange.trim() !== etag)) return undefined
  const asked = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range.trim().replaceAll(" ", ""))
  const first = asked?.[1] ?? ""
  const last = asked?.[2] ?? ""
  if (first === "" && last === "") return undefined
  if (first === "") {
    const length = Math.min(Number(last), bytes)
    return length === 0 ? "unsatisfiable" : { offset: bytes - length, length }
  }
  const offset = Number(first)
  const end = last === "" ? bytes - 1 : Math.min(Number(last), bytes - 1)
  if (last !== "" && Number(last) < offset) return undefined
  return offset >= bytes ? "unsatisfiable" : { offset, length: end - offset + 1 }
}
