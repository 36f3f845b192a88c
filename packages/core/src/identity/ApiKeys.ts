/**
 * Keys of programs that work for the shop.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Actor } from "../kernel/Actor.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Forbidden, Unauthenticated } from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { ApiKey, CreateApiKey, ListApiKeys, NewApiKey } from "./Account.ts"
import type { ApiKeyNotFound, CannotGrantBeyondOwn, InvalidToken } from "./IdentityErrors.ts"

export class ApiKeys extends Context.Service<ApiKeys, {
  /** A new key with its secret, which cannot be read again. Needs `api-keys:write` and every permission it grants. */
  readonly create: (
    input: typeof CreateApiKey.Encoded
  ) => Effect.Effect<NewApiKey, InvalidInput | CannotGrantBeyondOwn | StorageError | Forbidden | Unauthenticated>
  /** Keys, revoked ones included, newest first. Needs `api-keys:write`. */
  readonly list: (
    input?: typeof ListApiKeys.Encoded
  ) => Effect.Effect<Page<ApiKey>, InvalidInput | StorageError | Forbidden | Unauthenticated>
  /** Makes a key worthless at once. Revoking it again changes nothing. Needs `api-keys:write`. */
  readonly revoke: (id: string) => Effect.Effect<ApiKey, ApiKeyNotFound | StorageError | Forbidden | Unauthenticated>
  /** Who a secret (`sk_...`) speaks for. One statement; none for a secret whose checksum is wrong. */
  readonly authenticate: (secret: string) => Effect.Effect<Actor, InvalidToken | StorageError>
}>()("@stoa/core/identity/ApiKeys") {}
