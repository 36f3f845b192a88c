/**
 * Keys of programs that work for the shop.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied, ImpersonationRefused } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import { Unauthenticated } from "../kernel/Permission.ts"
import * as Secret from "../kernel/Secret.ts"
import type { StepUpRequired } from "../kernel/StepUp.ts"
import * as StepUp from "../kernel/StepUp.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type ApiKey, ApiKeyId, CreateApiKey, ListApiKeys, type NewApiKey } from "./Account.ts"
import { ApiKeyRepository } from "./ApiKeyRepository.ts"
import * as ApiKeySecret from "./ApiKeySecret.ts"
import { ApiKeyNotFound, CannotGrantBeyondOwn, InvalidToken } from "./IdentityErrors.ts"
import { ApiKeyCreated, ApiKeyRevoked } from "./IdentityEvents.ts"

export class ApiKeys extends Context.Service<ApiKeys, {
  /**
   * A new key with its secret, which cannot be read again. Needs a fresh proof, `api-keys:write` and every permission it grants. A key
   * that makes another cannot make one that outlives it. A permission that there is not is `InvalidInput`.
   */
  readonly create: (
    input: GrantedKey
  ) => Effect.Effect<
    NewApiKey,
    InvalidInput | CannotGrantBeyondOwn | ImpersonationRefused | StepUpRequired | StorageError | Denied
  >
  /** Keys, revoked ones included, newest first. Needs `api-keys:write`. */
  readonly list: (
    input?: typeof ListApiKeys.Encoded
  ) => Effect.Effect<Page<ApiKey>, InvalidInput | StorageError | Denied>
  /** Makes a key worthless at once. Revoking it again changes nothing. Needs `api-keys:write`. */
  readonly revoke: (id: string) => Effect.Effect<ApiKey, InvalidInput | ApiKeyNotFound | StorageError | Denied>
  /** Who a secret (`sk_...`) speaks for. One statement; none for a secret whose checksum is wrong. */
  readonly authenticate: (secret: string) => Effect.Effect<Actor.Actor, InvalidToken | StorageError>
}>()("@stoa/core/identity/ApiKeys") {}

/** What a new key is made from. A plug-in's permissions are texts that this type cannot know. */
export interface GrantedKey extends Omit<typeof CreateApiKey.Encoded, "permissions"> {
  readonly permissions: ReadonlyArray<Permission.BuiltIn | (string & {})>
}

const decodeCreate = Input.decoder(CreateApiKey)
const decodeList = Input.decoder(ListApiKeys)

const isLive = (apiKey: ApiKey, now: Timestamp.Timestamp): boolean =>
  apiKey.revokedAt === null && (apiKey.expiresAt === null || apiKey.expiresAt > now)

const checked = Input.textParameters<ApiKeys["Service"]>({
  revoke: ["id"]
})

export const make = Effect.gen(function*() {
  const repository = yield* ApiKeyRepository
  const transactor = yield* Transactor
  const events = yield* Events
  const audit = yield* AuditLog
  const areKnown = Permission.requireKnown(yield* Permission.Known)

  /** The key that makes the call, read again because it may have been revoked since. */
  const callingKey = Effect.fnUntraced(function*(now: Timestamp.Timestamp) {
    const actor = yield* Actor.CurrentActor
    if (actor._tag !== "staff" || !actor.id.startsWith(`${ApiKeyId.prefix}_`)) return undefined
    const apiKey = yield* repository.find(actor.id)
    if (apiKey === undefined || !isLive(apiKey, now)) {
      return yield* new Unauthenticated({ reason: "This API key is not valid any more" })
    }
    return apiKey
  })

  return checked(ApiKeys.of({
    create: Effect.fn("ApiKeys.create")(function*(input) {
      yield* Permission.require("api-keys:write")
      yield* Permission.inPerson
      yield* StepUp.require
      const decoded = yield* decodeCreate(input)
      yield* areKnown(decoded.permissions)
      const actor = yield* Actor.CurrentActor
      const beyond = decoded.permissions.filter((permission) => !Permission.holds(actor, permission))
      if (beyond.length > 0) return yield* new CannotGrantBeyondOwn({ permissions: beyond })

      const now = yield* Timestamp.now
      const expiresAt = decoded.expiresAt ?? null
      if (expiresAt !== null && expiresAt <= now) return yield* InvalidInput.at(["expiresAt"], "Expected a later time", "has_passed")
      const secret = yield* ApiKeySecret.generate
      const apiKey: ApiKey = {
        id: yield* ApiKeyId.generate,
        name: decoded.name,
        hint: ApiKeySecret.hint(secret),
        permissions: decoded.permissions,
        expiresAt,
        lastUsedAt: null,
        revokedAt: null,
        createdAt: now
      }
      yield* transactor.transaction(Effect.gen(function*() {
        const own = yield* callingKey(now)
        if (own !== undefined && own.expiresAt !== null && (expiresAt === null || expiresAt > own.expiresAt)) {
          return yield* InvalidInput.at(
            ["expiresAt"],
            `Expected at the latest ${own.expiresAt}, when your own key expires`,
            "too_late"
          )
        }
        yield* repository.insert(apiKey, Secret.hash(secret), Actor.describe(actor))
        yield* events.publish([
          ApiKeyCreated.make(apiKey.id, { apiKeyId: apiKey.id, permissions: apiKey.permissions })
        ])
        yield* audit.record({
          action: "api_key.create",
          subject: apiKey.id,
          details: { name: apiKey.name, permissions: apiKey.permissions, expiresAt: apiKey.expiresAt }
        })
      }))
      return { apiKey, secret }
    }),

    list: Effect.fn("ApiKeys.list")(function*(input = {}) {
      yield* Permission.require("api-keys:write")
      return yield* repository.list(yield* decodeList(input))
    }),

    revoke: Effect.fn("ApiKeys.revoke")(function*(id) {
      yield* Permission.require("api-keys:write")
      return yield* transactor.transaction(Effect.gen(function*() {
        const now = yield* Timestamp.now
        const revoked = yield* repository.revoke(id, now)
        const apiKey = yield* repository.find(id)
        if (apiKey === undefined) return yield* new ApiKeyNotFound({ apiKeyId: id })
        if (revoked) {
          yield* events.publish([ApiKeyRevoked.make(id, { apiKeyId: id })])
          yield* audit.record({ action: "api_key.revoke", subject: id, details: { name: apiKey.name } })
        }
        return apiKey
      }))
    }),

    authenticate: Effect.fn("ApiKeys.authenticate")(function*(secret) {
      if (!ApiKeySecret.isWellFormed(secret)) return yield* new InvalidToken()
      const apiKey = yield* repository.findBySecret(Secret.hash(secret))
      const now = yield* Timestamp.now
      if (apiKey === undefined || !isLive(apiKey, now)) return yield* new InvalidToken()
      const since = Timestamp.minus(now, "1 minute")
      if (apiKey.lastUsedAt === null || apiKey.lastUsedAt <= since) {
        // when it was last used is worth less than the call itself
        yield* Effect.ignore(repository.touch(apiKey.id, now, since))
      }
      return Actor.staff(apiKey.id, apiKey.permissions)
    })
  }))
})

export const layer: Layer.Layer<ApiKeys, never, ApiKeyRepository | Transactor | Events | AuditLog> = Layer.effect(
  ApiKeys,
  make
)
