import type { Login as LoginSchema, Refresh as RefreshSchema } from "@stoa/core/identity/Account"
import { Accounts } from "@stoa/core/identity/Accounts"
import { Auth } from "@stoa/core/identity/Auth"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"

type Login = typeof LoginSchema.Type
type Refresh = typeof RefreshSchema.Type

const authentication = (api: StoaApi) =>
  HttpApiBuilder.group(
    api,
    "auth",
    Effect.fnUntraced(function*(handlers) {
      const accounts = yield* Accounts
      const auth = yield* Auth
      // signing keys that cannot be read are the operator's mistake, and callers need not know of it
      const login = (input: Login) => Effect.catchTag(auth.login(input), "SecretUnreadable", Effect.die)
      const refresh = (input: Refresh) => Effect.catchTag(auth.refresh(input), "SecretUnreadable", Effect.die)
      return handlers.handleAll({
        register: ({ payload }) => accounts.register(payload),
        login: ({ payload }) => login(payload),
        refresh: ({ payload }) => refresh(payload),
        logout: () => auth.logout,
        logoutAll: () => auth.logoutAll,
        sessions: () => Effect.map(auth.sessions, whole),
        endSession: ({ params }) => auth.endSession(params.id)
      })
    })
  )

const me = (api: StoaApi) =>
  HttpApiBuilder.group(
    api,
    "me",
    Effect.fnUntraced(function*(handlers) {
      const accounts = yield* Accounts
      return handlers.handleAll({
        get: () => versioned(accounts.me),
        update: ({ payload }) => versioned(Effect.flatMap(expecting(payload), accounts.updateProfile))
      })
    })
  )

export const layer = (api: StoaApi) => Layer.mergeAll(authentication(api), me(api))
