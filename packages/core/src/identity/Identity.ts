/**
 * Everything of identity, built on its ports.
 */
import * as Layer from "effect/Layer"
import type { AuditLog } from "../audit/AuditLog.ts"
import type { Events } from "../events/Events.ts"
import type { Transactor } from "../kernel/Transactor.ts"
import * as AccessTokens from "./AccessTokens.ts"
import * as Accounts from "./Accounts.ts"
import type { ApiKeyRepository } from "./ApiKeyRepository.ts"
import * as ApiKeys from "./ApiKeys.ts"
import * as Auth from "./Auth.ts"
import * as Passwords from "./Passwords.ts"
import type { SessionRepository } from "./SessionRepository.ts"
import type { SigningKeyRepository } from "./SigningKeyRepository.ts"
import * as SigningKeys from "./SigningKeys.ts"
import type { ThrottleRepository } from "./ThrottleRepository.ts"
import type { UserRepository } from "./UserRepository.ts"

/** What identity asks of storage. */
export type IdentityPorts =
  | ApiKeyRepository
  | SessionRepository
  | SigningKeyRepository
  | ThrottleRepository
  | UserRepository

export const layer: Layer.Layer<
  Accounts.Accounts | ApiKeys.ApiKeys | Auth.Auth,
  never,
  IdentityPorts | Transactor | Events | AuditLog
> = Layer.mergeAll(Accounts.layer, ApiKeys.layer, Auth.layer).pipe(
  Layer.provide(Passwords.layer),
  Layer.provide(AccessTokens.layer),
  Layer.provide(SigningKeys.layer)
)
