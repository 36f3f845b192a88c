/**
 * What is sent to people: e-mails and text messages, ready to go.
 */
import { StoaError } from "../kernel/StoaError.ts"
import * as Schema from "effect/Schema"

/** An e-mail. Subject and addresses hold no control characters, so that nothing can add a header. */
export interface Mail {
  /** Unique, and the same when it is sent again: what providers recognise a repetition by. */
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly attachments?: ReadonlyArray<Attachment>
  /**
   * Where its reader wants no more of its kind with a `POST`, as RFC 8058 has it, or by mail (`mailto:`): what
   * `listHeaders` makes headers of.
   *
   * @see https://www.rfc-editor.org/rfc/rfc8058
   */
  readonly unsubscribe?: string
}

/** The headers by which mail programs show a button that unsubscribes. */
export const listHeaders = (unsubscribe: string | undefined): Readonly<Record<string, string>> =>
  unsubscribe === undefined ? {} : {
    "List-Unsubscribe": `<${unsubscribe}>`,
    // what is reached by mail cannot be posted to
    ...(unsubscribe.startsWith("mailto:") ? {} : { "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" })
  }

/** A file that comes with an e-mail. Its name has no path and no control characters. */
export interface Attachment {
  readonly name: string
  readonly contentType: string
  readonly content: Uint8Array
}

/** A text message. */
export interface TextMessage {
  /** Unique, and the same when it is sent again. */
  readonly id: string
  /** In the form of E.164: `+14155550123`. */
  readonly to: string
  readonly text: string
}

/** Whether a text can be a recipient: one address or number, at which no header can end and no other address begin. */
export const isAddress = (text: string): boolean => text !== "" && text.length <= 254 && !/[\p{Cc}\s,;:<>"()[\]\\]/u.test(text)

/** One line of at most 200 characters: nothing in it can begin another header. */
export const oneLine = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").replace(/ {2,}/g, " ").trim().slice(0, 200)

/**
 * A message was not taken. `permanent` ones will never be: the address does not exist, or the message is refused.
 * Others are tried again. `reason` is short and names no person.
 */
export class DeliveryFailed extends StoaError<DeliveryFailed>()("DeliveryFailed", {
  code: "delivery_failed",
  kind: "unavailable"
}, { sender: Schema.String, permanent: Schema.Boolean, reason: Schema.String }) {
  override get message(): string {
    return `${this.sender} did not take the message: ${this.reason}`
  }
}
