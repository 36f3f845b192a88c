import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

export class PushSubscriptionNotFound extends StoaError<PushSubscriptionNotFound>()("PushSubscriptionNotFound", {
  code: "push_subscription_not_found",
  kind: "not_found"
}, { pushSubscriptionId: Schema.String }) {
  override get message(): string {
    return `There is no push subscription ${this.pushSubscriptionId}`
  }
}
