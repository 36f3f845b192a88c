/**
 * Everything of identity, built on its ports.
 */
import * as Layer from "effect/Layer"
import type { AuditLog } from "../audit/AuditLog.ts"
import type { Events } from "../events/Events.ts"
import type { IdempotencyStore } from "../idempotency/IdempotencyStore.ts"
import type { JobQueue } from "../jobs/JobQueue.ts"
import type { Jobs } from "../jobs/Jobs.ts"
import type { Transactor } from "../kernel/Transactor.ts"
import type { Notifications } from "../notifications/Notifications.ts"
import type { PersonalData } from "../privacy/PersonalData.ts"
import type { Stores } from "../stores/Stores.ts"
import * as AccessTokens from "./AccessTokens.ts"
import * as Accounts from "./Accounts.ts"
import type { ApiKeyRepository } from "./ApiKeyRepository.ts"
import * as ApiKeys from "./ApiKeys.ts"
import * as Auth from "./Auth.ts"
import type { ChallengeRepository } from "./ChallengeRepository.ts"
import * as Challenges from "./Challenges.ts"
import type { CredentialRepository } from "./CredentialRepository.ts"
import * as EmailAddresses from "./EmailAddresses.ts"
import * as Entry from "./Entry.ts"
import * as FirstOwner from "./FirstOwner.ts"
import type { ImpersonationRepository } from "./ImpersonationRepository.ts"
import type { CeremonyRepository, FactorRepository } from "./FactorRepository.ts"
import * as Passkeys from "./Passkeys.ts"
import * as OAuth from "./OAuth.ts"
import * as OAuthClient from "./OAuthClient.ts"
import type { OAuthRepository } from "./OAuthRepository.ts"
import * as PasswordChanges from "./PasswordChanges.ts"
import * as Passwords from "./Passwords.ts"
import * as PhoneNumbers from "./PhoneNumbers.ts"
import * as Preferences from "./Preferences.ts"
import type { PreferencesRepository } from "./PreferencesRepository.ts"
import * as Privacy from "./Privacy.ts"
import type { RoleRepository } from "./RoleRepository.ts"
import * as Roles from "./Roles.ts"
import type { SessionRepository } from "./SessionRepository.ts"
import type { SignInRepository } from "./SignInRepository.ts"
import type { SigningKeyRepository } from "./SigningKeyRepository.ts"
import * as SigningKeys from "./SigningKeys.ts"
import * as SecondFactors from "./SecondFactors.ts"
import * as SignIns from "./SignIns.ts"
import type { ThrottleRepository } from "./ThrottleRepository.ts"
import type { UserRepository } from "./UserRepository.ts"
import * as Users from "./Users.ts"

/** What identity asks of storage. */
export type IdentityPorts =
  | ApiKeyRepository
  | CeremonyRepository
  | ChallengeRepository
  | CredentialRepository
  | ImpersonationRepository
  | OAuthRepository
  | PreferencesRepository
  | RoleRepository
  | FactorRepository
  | SessionRepository
  | SignInRepository
  | SigningKeyRepository
  | ThrottleRepository
  | UserRepository

/** What identity offers. */
export type IdentityServices =
  | Accounts.Accounts
  | ApiKeys.ApiKeys
  | Auth.Auth
  | EmailAddresses.EmailAddresses
  | Entry.Entry
  | FirstOwner.FirstOwner
  | Passkeys.Passkeys
  | OAuth.OAuth
  | PasswordChanges.PasswordChanges
  | PhoneNumbers.PhoneNumbers
  | Preferences.Preferences
  | Privacy.Privacy
  | Roles.Roles
  | SecondFactors.SecondFactors
  | SigningKeys.SigningKeys
  | SignIns.SignIns
  | Users.Users

export const layer: Layer.Layer<
  IdentityServices,
  never,
  | IdentityPorts
  | PersonalData
  | Transactor
  | Events
  | AuditLog
  | IdempotencyStore
  | JobQueue
  | Jobs
  | Notifications
  | Stores
> = Layer.mergeAll(
  Accounts.layer,
  ApiKeys.layer,
  Auth.layer,
  EmailAddresses.layer,
  FirstOwner.layer,
  Passkeys.layer,
  Layer.provide(OAuth.layer, OAuthClient.layer),
  PasswordChanges.layer,
  PhoneNumbers.layer,
  Preferences.layer,
  Privacy.layer,
  Users.layer
).pipe(
  Layer.provideMerge(SecondFactors.layer),
  Layer.provideMerge(Entry.layer),
  Layer.provideMerge(SignIns.layer),
  Layer.provide(Challenges.layer),
  Layer.provideMerge(Roles.layer),
  Layer.provide(Passwords.layer),
  Layer.provide(AccessTokens.layer),
  Layer.provideMerge(SigningKeys.layer)
)
