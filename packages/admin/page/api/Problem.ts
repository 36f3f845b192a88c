/**
 * What the API answers when it says no (RFC 9457), and what a call fails with where nothing of the API answers.
 */
import { words } from "../words/Words.ts"

export interface Fault {
  readonly path: ReadonlyArray<string | number>
  readonly message: string
  /** Stable, where the rule that was broken has a word. */
  readonly code?: string
  /** The figures of the rule. */
  readonly params?: Readonly<Record<string, unknown>>
}

/** A fault in the language of the page, where its code has words in it. */
const inWords = (fault: Fault): Fault => {
  const { code, message, params = {} } = fault
  const said = code !== undefined && Object.hasOwn(words.faults, code) ? words.faults[code] : undefined
  return { ...fault, message: said?.(params) ?? message }
}

export class Problem extends Error {
  override readonly name = "Problem"
  readonly status: number
  /** Stable; `"unreachable"` where nothing answered. */
  readonly code: string
  readonly requestId: string
  /** What is wrong with the input, and where. */
  readonly faults: ReadonlyArray<Fault>
  /** The whole answer, with members of its own. */
  readonly body: Readonly<Record<string, unknown>>

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    super(typeof body["detail"] === "string" ? body["detail"] : "")
    this.status = status
    this.body = body
    this.code = typeof body["code"] === "string" ? body["code"] : status === 0 ? "unreachable" : "internal_error"
    this.requestId = typeof body["requestId"] === "string" ? body["requestId"] : ""
    this.faults = Array.isArray(body["errors"]) ? (body["errors"] as ReadonlyArray<Fault>).map(inWords) : []
  }
}

/** Whatever was thrown, as a problem. What is none is a mistake of the page and told to the console as well. */
export const from = (error: unknown): Problem => {
  if (error instanceof Problem) return error
  console.error(error)
  return new Problem(500, { code: "internal_error" })
}
