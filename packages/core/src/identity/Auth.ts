/**
 * Signing in and out, sessions, and the tokens that prove them.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Actor } from "../kernel/Actor.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Unauthenticated } from "../kernel/Permission.ts"
import type { SecretUnreadable } from "../kernel/Secrets.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Login, PublicKeys, Refresh, Session, Tokens } from "./Account.ts"
import type { InvalidCredentials, InvalidToken, SessionNotFound, TooManyAttempts } from "./IdentityErrors.ts"

export class Auth extends Context.Service<Auth, {
  /**
   * Signs in with a password. An unknown address, a wrong password and a suspended account are answered alike and
   * take the same time. After five failures from one network the next attempt has to wait, and longer each time.
   */
  readonly login: (
    input: typeof Login.Encoded
  ) => Effect.Effect<Tokens, InvalidInput | InvalidCredentials | TooManyAttempts | SecretUnreadable | StorageError>
  /**
   * Exchanges a refresh token for new tokens. A token is good once, and a little longer for two tabs that refresh at
   * the same time; after that its second use ends the session, for somebody else has it.
   */
  readonly refresh: (
    input: typeof Refresh.Encoded
  ) => Effect.Effect<Tokens, InvalidInput | InvalidToken | SecretUnreadable | StorageError>
  /** Ends this session, at once and for good. */
  readonly logout: Effect.Effect<void, Unauthenticated | StorageError>
  /** Ends every session of the signed-in user, this one included. */
  readonly logoutAll: Effect.Effect<void, Unauthenticated | StorageError>
  /** The sessions of the signed-in user that have not ended, the last used first. */
  readonly sessions: Effect.Effect<ReadonlyArray<Session>, Unauthenticated | StorageError>
  /** Ends one session of the signed-in user. */
  readonly endSession: (id: string) => Effect.Effect<void, SessionNotFound | Unauthenticated | StorageError>
  /**
   * Who an access token (JWT) speaks for. One statement, which sees a session that has ended or a user who was
   * suspended a moment ago.
   */
  readonly authenticate: (accessToken: string) => Effect.Effect<Actor, InvalidToken | StorageError>
  /** The public keys of access tokens, for others who verify them. They must not rely on a token alone to revoke. */
  readonly publicKeys: Effect.Effect<PublicKeys, StorageError>
}>()("@stoa/core/identity/Auth") {}
