/**
 * Errors of HTTP itself, which no service knows of.
 */
import { StoaError } from "@stoa/core/kernel/StoaError"
import * as Schema from "effect/Schema"

/** There is nothing at this address. */
export class RouteNotFound extends StoaError<RouteNotFound>()("RouteNotFound", {
  code: "route_not_found",
  kind: "not_found"
}, {}) {
  override get message(): string {
    return "There is nothing at this address"
  }
}

/** There is something at this address, but not for this method. `Allow` names those that it takes. */
export class MethodNotAllowed extends StoaError<MethodNotAllowed>()("MethodNotAllowed", {
  code: "method_not_allowed",
  kind: "invalid"
}, { allowed: Schema.Array(Schema.String) }) {
  override get message(): string {
    return `This address takes ${this.allowed.join(", ")}`
  }
}

/** A browser sent a cookie, but no page of this shop had it do so. */
export class CrossSiteRequest extends StoaError<CrossSiteRequest>()("CrossSiteRequest", {
  code: "cross_site_request",
  kind: "forbidden"
}, {}) {
  override get message(): string {
    return "This request came from another site"
  }
}

/** The body is of a type that this operation does not read, or compressed. */
export class UnsupportedMediaType extends StoaError<UnsupportedMediaType>()("UnsupportedMediaType", {
  code: "unsupported_media_type",
  kind: "invalid"
}, {}) {
  override get message(): string {
    return "This operation does not read bodies of this content type, nor compressed ones"
  }
}

/** The body is larger than this operation takes. */
export class BodyTooLarge extends StoaError<BodyTooLarge>()("BodyTooLarge", {
  code: "body_too_large",
  kind: "too_large"
}, { limitBytes: Schema.Int }) {
  override get message(): string {
    return `A body may have at most ${this.limitBytes} bytes here`
  }
}

/** Too many requests. `RateLimit-Policy` says what is allowed, `Retry-After` when to come back. */
export class RateLimited extends StoaError<RateLimited>()("RateLimited", {
  code: "rate_limited",
  kind: "throttled"
}, { policy: Schema.String, retryAfterSeconds: Schema.Int }) {
  override get message(): string {
    return `Too many requests; try again in ${this.retryAfterSeconds === 1 ? "a second" : `${this.retryAfterSeconds} seconds`}`
  }
}

/** The same request, with the same key, is being worked on right now. */
export class IdempotencyInProgress extends StoaError<IdempotencyInProgress>()("IdempotencyInProgress", {
  code: "idempotency_in_progress",
  kind: "conflict"
}, {}) {
  override get message(): string {
    return "A request with this Idempotency-Key is still being worked on; send it again in a moment"
  }
}

/** The key was used for another request already. A key belongs to one request. */
export class IdempotencyKeyReused extends StoaError<IdempotencyKeyReused>()("IdempotencyKeyReused", {
  code: "idempotency_key_reused",
  kind: "conflict"
}, {}) {
  override get message(): string {
    return "This Idempotency-Key was used for another request; send a new key"
  }
}

/** The request was carried out before, and its answer held a secret, which is kept nowhere. Nothing was done again. */
export class AnswerNotKept extends StoaError<AnswerNotKept>()("AnswerNotKept", {
  code: "answer_not_kept",
  kind: "conflict"
}, {}) {
  override get message(): string {
    return "This was done already; the answer held a secret and is not kept, so look at what there is now"
  }
}

/** `If-Match` names no version of this resource. */
export class PreconditionFailed extends StoaError<PreconditionFailed>()("PreconditionFailed", {
  code: "precondition_failed",
  kind: "stale"
}, {}) {
  override get message(): string {
    return "If-Match names nothing that this resource has ever been; send its ETag as it was given"
  }
}

/** The server does not take requests now: it is starting, stopping, or what it stands on does not answer. */
export class NotReady extends StoaError<NotReady>()("NotReady", { code: "not_ready", kind: "unavailable" }, {
  reason: Schema.Literals(["draining", "storage"])
}) {
  override get message(): string {
    return this.reason === "draining" ? "The server is shutting down" : "The storage does not answer"
  }
}
