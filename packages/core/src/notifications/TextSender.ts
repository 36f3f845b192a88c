/**
 * The port that text messages (SMS) leave by. `@stoa/adapter-sms` has some.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { DeliveryFailed, type TextMessage } from "./Message.ts"

export interface TextSender {
  /** Names it in logs: `"twilio"`. */
  readonly name: string
  /** Hands a message over. Called again with the same message when it is not known whether it was taken. */
  readonly send: (message: TextMessage) => Effect.Effect<void, DeliveryFailed>
}

const missing: TextSender = {
  name: "sms",
  send: () => Effect.fail(new DeliveryFailed({ sender: "sms", permanent: true, reason: "no sender of SMS is configured" }))
}

/** Read when the services are built. Takes nothing unless one is given. */
export const TextSender: Context.Reference<TextSender> = Context.Reference<TextSender>(
  "@stoa/core/notifications/TextSender",
  { defaultValue: () => missing }
)
