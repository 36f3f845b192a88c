import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

export class FlagNotFound extends StoaError<FlagNotFound>()("FlagNotFound", { code: "flag_not_found", kind: "not_found" }, {
  flag: Schema.String
}) {
  override get message(): string {
    return `There is no feature flag ${this.flag}`
  }
}

/** The store has a flag of this key already. */
export class FlagTaken extends StoaError<FlagTaken>()("FlagTaken", { code: "flag_taken", kind: "conflict" }, {
  flag: Schema.String
}) {
  override get message(): string {
    return `There is a feature flag ${this.flag} already`
  }
}

export class TooManyFlags extends StoaError<TooManyFlags>()("TooManyFlags", { code: "too_many_flags", kind: "conflict" }, {
  maximum: Schema.Int
}) {
  override get message(): string {
    return `A store has at most ${this.maximum} feature flags; delete one first`
  }
}
