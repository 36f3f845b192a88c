import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** There is no such redirect, or none from this path. */
export class RedirectNotFound extends StoaError<RedirectNotFound>()("RedirectNotFound", {
  code: "redirect_not_found",
  kind: "not_found"
}, { redirect: Schema.String }) {
  override get message(): string {
    return `There is no redirect ${this.redirect}`
  }
}

/** Another redirect leads away from this path already. */
export class RedirectTaken extends StoaError<RedirectTaken>()("RedirectTaken", { code: "redirect_taken", kind: "conflict" }, {
  from: Schema.String
}) {
  override get message(): string {
    return `There is a redirect from ${this.from} already; change that one`
  }
}

/** Whoever followed it would come back to where they were. */
export class RedirectLoop extends StoaError<RedirectLoop>()("RedirectLoop", { code: "redirect_loop", kind: "invalid" }, {
  from: Schema.String
}) {
  override get message(): string {
    return `A redirect from ${this.from} would lead back to it`
  }
}

/** The store has as many redirects as it may have. */
export class TooManyRedirects extends StoaError<TooManyRedirects>()("TooManyRedirects", {
  code: "too_many_redirects",
  kind: "conflict"
}, { maximum: Schema.Int }) {
  override get message(): string {
    return `A store has at most ${this.maximum} redirects; delete some first`
  }
}
