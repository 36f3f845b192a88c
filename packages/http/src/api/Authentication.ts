import { Login, Refresh, Register, Session, Tokens, UpdateProfile, User } from "@stoa/core/identity/Account"
import {
  EmailTaken,
  InvalidCredentials,
  SessionNotFound,
  TooManyAttempts,
  WeakPassword
} from "@stoa/core/identity/IdentityErrors"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { byId, page } from "./List.ts"
import { operation } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const SessionPage = page("SessionPage", Session)

/** Registering, signing in and out, sessions. */
export class AuthenticationGroup extends HttpApiGroup.make("auth").add(
  HttpApiEndpoint.post("register", "/auth/register", {
    payload: Register,
    success: User.pipe(HttpApiSchema.status(201)),
    error: problems(EmailTaken, WeakPassword, TooManyAttempts)
  }).annotateMerge(operation("Register with an e-mail address and a password", { access: "guest", sensitive: true })),
  HttpApiEndpoint.post("login", "/auth/login", {
    payload: Login,
    success: Tokens,
    error: problems(InvalidCredentials, TooManyAttempts)
  }).annotateMerge(operation("Sign in", { access: "guest", sensitive: true })),
  HttpApiEndpoint.post("refresh", "/auth/refresh", {
    payload: Refresh,
    success: Tokens
  }).annotateMerge(
    // an access token that has expired is no reason to refuse the refresh token that comes with it
    operation("Exchange a refresh token for new tokens", { access: "none", sensitive: true })
  ),
  HttpApiEndpoint.post("logout", "/auth/logout").annotateMerge(
    operation("End this session", { access: "customer", sensitive: true })
  ),
  HttpApiEndpoint.post("logoutAll", "/auth/logout-all").annotateMerge(
    operation("End every session", { access: "customer", sensitive: true })
  ),
  HttpApiEndpoint.get("sessions", "/auth/sessions", { success: SessionPage }).annotateMerge(
    operation("List one's sessions, the last used first", { access: "customer" })
  ),
  HttpApiEndpoint.delete("endSession", "/auth/sessions/:id", {
    params: byId,
    error: problems(SessionNotFound)
  }).annotateMerge(operation("End one session", { access: "customer" }))
).annotateMerge(OpenApi.annotations({ title: "Sign-in", description: "Registering, signing in and out, sessions" })) {}

/** One's own account. */
export class MeGroup extends HttpApiGroup.make("me").add(
  HttpApiEndpoint.get("get", "/me", { success: User }).annotateMerge(
    operation("See one's profile", { access: "customer", tagged: true })
  ),
  HttpApiEndpoint.patch("update", "/me", {
    payload: UpdateProfile,
    success: User,
    error: problems(VersionConflict)
  }).annotateMerge(
    operation("Change one's profile", { access: "customer", tagged: true, conditional: true })
  )
).annotateMerge(OpenApi.annotations({ title: "Profile", description: "One's own account" })) {}
