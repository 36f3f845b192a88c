import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

export class InboxMessageNotFound extends StoaError<InboxMessageNotFound>()("InboxMessageNotFound", {
  code: "notification_not_found",
  kind: "not_found"
}, { notificationId: Schema.String }) {
  override get message(): string {
    return `There is no notification ${this.notificationId}`
  }
}
