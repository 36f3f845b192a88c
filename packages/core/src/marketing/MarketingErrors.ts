import { StoaError } from "../kernel/StoaError.ts"

/** The link holds no token that this shop has made. */
export class UnsubscribeLinkInvalid extends StoaError<UnsubscribeLinkInvalid>()("UnsubscribeLinkInvalid", {
  code: "unsubscribe_link_invalid",
  kind: "not_found"
}, {}) {
  override get message(): string {
    return "This link is not whole. Open it from the message once more."
  }
}
