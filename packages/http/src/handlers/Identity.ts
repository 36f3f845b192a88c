import type { Tokens } from "@stoa/core/identity/Account"
import { Accounts } from "@stoa/core/identity/Accounts"
import { Auth } from "@stoa/core/identity/Auth"
import { EmailAddresses } from "@stoa/core/identity/EmailAddresses"
import { Entry } from "@stoa/core/identity/Entry"
import { FirstOwner } from "@stoa/core/identity/FirstOwner"
import { InvalidToken } from "@stoa/core/identity/IdentityErrors"
import { Passkeys } from "@stoa/core/identity/Passkeys"
import { PasswordChanges } from "@stoa/core/identity/PasswordChanges"
import { PhoneNumbers } from "@stoa/core/identity/PhoneNumbers"
import { SecondFactors } from "@stoa/core/identity/SecondFactors"
import type { SecretUnreadable } from "@stoa/core/kernel/SecretsErrors"
import { Preferences } from "@stoa/core/identity/Preferences"
import { Privacy } from "@stoa/core/identity/Privacy"
import * as Sensitive from "@stoa/core/kernel/Sensitive"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import * as Layer from "effect/Layer"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { file } from "./Download.ts"
import * as SessionCookies from "../SessionCookies.ts"
import { expecting, versioned, withExchange } from "./Answer.ts"

/** Signing keys that cannot be read are the operator's mistake, and callers need not know of it. */
const readable = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E | SecretUnreadable, R>) =>
  Effect.catchTag(effect, "SecretUnreadable", Effect.die) as Effect.Effect<A, Exclude<E, SecretUnreadable>, R>

/** Gives tokens the way that the caller asked for: in the answer, or to the browser to keep. */
const delivered = <E, R>(effect: Effect.Effect<Tokens, E, R>) =>
  withExchange((exchange) =>
    Effect.map(effect, (tokens) => exchange.keepsSession ? SessionCookies.keep(exchange, tokens) : tokens)
  )

/** Has a browser forget the session that was ended. */
const ended = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  withExchange((exchange) =>
    Effect.tap(effect, () =>
      Effect.sync(() => {
        if (exchange.refreshCookie !== null) SessionCookies.forget(exchange)
      }))
  )

const authentication = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "auth",
    Effect.fnUntraced(function*(handlers) {
      const auth = yield* Auth
      const entry = yield* Entry
      const firstOwner = yield* FirstOwner
      const emails = yield* EmailAddresses
      const passwords = yield* PasswordChanges
      const phones = yield* PhoneNumbers
      return handlers.handleAll({
        register: ({ payload }) => entry.register(payload),
        becomeFirstOwner: ({ payload }) => firstOwner.become(payload),
        startPasswordless: ({ payload }) => entry.startPasswordless(payload),
        verifyPasswordless: ({ payload }) => delivered(readable(entry.verifyPasswordless(payload))),
        verifyEmail: ({ payload }) =>
          withExchange((exchange) =>
            Effect.map(readable(emails.verifyEmail(payload)), ({ state, tokens }) => ({
              state,
              tokens: tokens !== null && exchange.keepsSession ? SessionCookies.keep(exchange, tokens) : tokens
            }))
          ),
        changeEmail: ({ payload }) => emails.changeEmail(payload),
        forgotPassword: ({ payload }) => passwords.forgotPassword(payload),
        resetPassword: ({ payload }) => passwords.resetPassword(payload),
        changePassword: ({ payload }) => passwords.changePassword(payload),
        phone: () => phones.phone,
        changePhone: ({ payload }) => phones.changePhone(payload),
        verifyPhone: ({ payload }) => phones.verifyPhone(payload),
        removePhone: () => phones.removePhone,
        login: ({ payload }) => delivered(readable(auth.login(payload))),
        refresh: ({ payload }) =>
          withExchange((exchange) => {
            const { refreshToken = exchange.refreshCookie ?? undefined } = payload
            if (refreshToken === undefined) return Effect.fail(new InvalidToken())
            // what came as a cookie goes on as one
            if (payload.refreshToken === undefined) exchange.keepsSession = true
            return delivered(readable(auth.refresh({ refreshToken })))
          }),
        logout: () => ended(auth.logout),
        logoutAll: () => ended(auth.logoutAll),
        sessions: () => Effect.map(auth.sessions, whole),
        loginHistory: ({ query }) => auth.loginHistory(query),
        endSession: ({ params }) => auth.endSession(params.id)
      })
    })
  )

const secondFactors = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "mfa",
    Effect.fnUntraced(function*(handlers) {
      const factors = yield* SecondFactors
      return handlers.handleAll({
        factors: () => factors.factors,
        verify: ({ payload }) => delivered(readable(factors.verifyMfa(payload))),
        enrollTotp: () => factors.enrollTotp,
        confirmTotp: ({ payload }) => readable(factors.confirmTotp(payload)),
        removeTotp: () => factors.removeTotp,
        newRecoveryCodes: () => factors.newRecoveryCodes
      })
    })
  )

const passkeys = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "passkeys",
    Effect.fnUntraced(function*(handlers) {
      const passkeys = yield* Passkeys
      return handlers.handleAll({
        registerOptions: () => passkeys.startPasskeyRegistration,
        register: ({ payload }) => passkeys.registerPasskey(payload),
        loginOptions: ({ payload }) => passkeys.startPasskey(payload),
        login: ({ payload }) => delivered(readable(passkeys.verifyPasskey(payload))),
        list: () => Effect.map(passkeys.passkeys, whole),
        remove: ({ params }) => passkeys.removePasskey(params.id)
      })
    })
  )

const me = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "me",
    Effect.fnUntraced(function*(handlers) {
      const accounts = yield* Accounts
      const preferences = yield* Preferences
      const privacy = yield* Privacy
      return handlers.handleAll({
        erase: () => privacy.eraseMine,
        preferences: () => versioned(preferences.mine),
        updatePreferences: ({ payload }) => versioned(Effect.flatMap(expecting(payload), preferences.updateMine)),
        // what may be wrong with the caller is found before the file begins
        export: () =>
          Effect.andThen(
            Effect.andThen(accounts.me, Sensitive.require),
            file(privacy.exportMine, "application/json; charset=utf-8", { name: "my-data.json" })
          ),
        permissions: () => accounts.myPermissions,
        get: () => versioned(accounts.me),
        update: ({ payload }) => versioned(Effect.flatMap(expecting(payload), accounts.updateProfile))
      })
    })
  )

export const layer = (api: StoaApi) => Layer.mergeAll(authentication(api), secondFactors(api), passkeys(api), me(api))
