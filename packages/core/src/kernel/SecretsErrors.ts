import * as Schema from "effect/Schema"
import { StoaError } from "./StoaError.ts"

/** A stored value cannot be decrypted: the secret that it was encrypted with is not among those given. */
export class SecretUnreadable extends StoaError<SecretUnreadable>()("SecretUnreadable", {
  code: "secret_unreadable",
  kind: "unavailable"
}, { purpose: Schema.String }) {
  override get message(): string {
    return `A stored secret (${this.purpose}) cannot be read with the configured encryption secret; configure the one that it was written with, if need be as a former one`
  }
}

/** The encryption secret is too short to protect anything. */
export class SecretTooShort extends StoaError<SecretTooShort>()("SecretTooShort", {
  code: "secret_too_short",
  kind: "invalid"
}, {}) {
  override get message(): string {
    return "An encryption secret has at least 32 characters; `openssl rand -base64 32` makes one"
  }
}
