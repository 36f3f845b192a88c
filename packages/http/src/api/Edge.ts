/**
 * What can happen to every request before or after its operation, as far as callers must know of it. The work itself is
 * done around the router; these only say which errors it can answer with.
 */
import { InvalidToken } from "@stoa/core/identity/IdentityErrors"
import { InvalidInput } from "@stoa/core/kernel/Input"
import { Forbidden, Unauthenticated } from "@stoa/core/kernel/Permission"
import { StorageError } from "@stoa/core/kernel/StorageError"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import {
  AnswerNotKept,
  BodyTooLarge,
  CrossSiteRequest,
  IdempotencyInProgress,
  IdempotencyKeyReused,
  RateLimited,
  UnsupportedMediaType
} from "./HttpErrors.ts"
import { problems } from "./Problem.ts"

/** Of every operation. */
export class Edge extends HttpApiMiddleware.Service<Edge>()("@stoa/http/api/Edge", {
  error: problems(
    InvalidInput,
    InvalidToken,
    Unauthenticated,
    StorageError,
    RateLimited,
    BodyTooLarge,
    UnsupportedMediaType,
    CrossSiteRequest
  )
}) {}

/** Of operations that need a permission. */
export class Guarded extends HttpApiMiddleware.Service<Guarded>()("@stoa/http/api/Guarded", {
  error: problems(Forbidden)
}) {}

/** Of operations that may be repeated with an `Idempotency-Key`. */
export class Idempotent extends HttpApiMiddleware.Service<Idempotent>()("@stoa/http/api/Idempotent", {
  error: problems(IdempotencyInProgress, IdempotencyKeyReused)
}) {}

/** Of operations that are done once with an `Idempotency-Key`, and whose answers hold a secret. */
export class DoneOnce extends HttpApiMiddleware.Service<DoneOnce>()("@stoa/http/api/DoneOnce", {
  error: problems(IdempotencyInProgress, IdempotencyKeyReused, AnswerNotKept)
}) {}
