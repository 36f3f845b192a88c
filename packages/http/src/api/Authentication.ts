import { ListSignIns, Login, MyPermissions, Refresh, Session, SignIn, Tokens, UpdateProfile, User } from "@stoa/core/identity/Account"
import {
  Challenge,
  ChangeEmail,
  ChangePassword,
  ChangePhone,
  EmailChange,
  EmailVerified,
  ForgotPassword,
  PhoneNumber,
  Register,
  ResetPassword,
  StartPasswordless,
  VerifyEmail,
  VerifyPasswordless,
  VerifyPhone
} from "@stoa/core/identity/Challenge"
import { BecomeFirstOwner } from "@stoa/core/identity/FirstOwnerInvitation"
import {
  EmailTaken,
  InvalidCode,
  InvalidCredentials,
  PhoneNotFound,
  SecondFactorRequired,
  SessionNotFound,
  TooManyAttempts,
  WeakPassword
} from "@stoa/core/identity/IdentityErrors"
import { UpdatePreferences, UserPreferences } from "@stoa/core/identity/Preferences"
import { ErasureBlocked } from "@stoa/core/identity/Privacy"
import { LastOwner } from "@stoa/core/identity/RolesErrors"
import { ImpersonationRefused } from "@stoa/core/kernel/Permission"
import { StepUpRequired } from "@stoa/core/kernel/StepUp"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { byId, page } from "./List.ts"
import { operation } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const SessionPage = page("SessionPage", Session)
export const SignInPage = page("SignInPage", SignIn)

/** A refresh token; without one, that of the browser's cookie. */
const RefreshSession = Refresh.mapFields(Struct.map(Schema.optionalKey)).annotate({ identifier: "RefreshSession" })

/** A code is on its way; more happens once it comes back. */
const begun = Challenge.pipe(HttpApiSchema.status(202))

/** Registering, signing in and out, sessions. */
export class AuthenticationGroup extends HttpApiGroup.make("auth").add(
  HttpApiEndpoint.post("register", "/auth/register", {
    payload: Register,
    success: begun,
    error: problems(WeakPassword, TooManyAttempts)
  }).annotateMerge(operation("Register with an e-mail address and a password", { access: "guest", sensitive: true })),
  HttpApiEndpoint.post("becomeFirstOwner", "/auth/first-owner", {
    payload: BecomeFirstOwner,
    success: User.pipe(HttpApiSchema.status(201)),
    error: problems(InvalidCode, WeakPassword, EmailTaken, TooManyAttempts)
  }).annotateMerge(
    operation("Make the account of a shop's first owner, with the secret that the server was started with", {
      access: "guest",
      sensitive: true
    })
  ),
  HttpApiEndpoint.post("startPasswordless", "/auth/passwordless/start", {
    payload: StartPasswordless,
    success: begun,
    error: problems(TooManyAttempts)
  }).annotateMerge(operation("Ask for a code or a link to sign in with", { access: "guest", sensitive: true })),
  HttpApiEndpoint.post("verifyPasswordless", "/auth/passwordless/verify", {
    payload: VerifyPasswordless,
    success: Tokens,
    error: problems(InvalidCode, SecondFactorRequired, TooManyAttempts)
  }).annotateMerge(operation("Sign in with a code or a link", { access: "guest", sensitive: true })),
  HttpApiEndpoint.post("verifyEmail", "/auth/email/verify", {
    payload: VerifyEmail,
    success: EmailVerified,
    error: problems(InvalidCode, EmailTaken, SecondFactorRequired, TooManyAttempts)
  }).annotateMerge(operation("Confirm an e-mail address", { access: "guest", sensitive: true })),
  HttpApiEndpoint.post("changeEmail", "/auth/email/change", {
    payload: ChangeEmail,
    success: EmailChange.pipe(HttpApiSchema.status(202)),
    error: problems(StepUpRequired, TooManyAttempts)
  }).annotateMerge(operation("Move to another e-mail address", { access: "customer", sensitive: true })),
  HttpApiEndpoint.post("forgotPassword", "/auth/password/forgot", {
    payload: ForgotPassword,
    success: begun,
    error: problems(TooManyAttempts)
  }).annotateMerge(operation("Ask for a code or a link to set a new password with", { access: "guest", sensitive: true })),
  HttpApiEndpoint.post("resetPassword", "/auth/password/reset", {
    payload: ResetPassword,
    error: problems(InvalidCode, WeakPassword, TooManyAttempts)
  }).annotateMerge(operation("Set a new password with a code or a link", { access: "guest", sensitive: true })),
  HttpApiEndpoint.post("changePassword", "/auth/password/change", {
    payload: ChangePassword,
    error: problems(InvalidCredentials, WeakPassword, TooManyAttempts)
  }).annotateMerge(operation("Change one's password", { access: "customer", sensitive: true })),
  HttpApiEndpoint.get("phone", "/auth/phone", { success: PhoneNumber, error: problems(PhoneNotFound) }).annotateMerge(
    operation("See one's telephone number", { access: "customer" })
  ),
  HttpApiEndpoint.post("changePhone", "/auth/phone/change", {
    payload: ChangePhone,
    success: begun,
    error: problems(StepUpRequired, TooManyAttempts)
  }).annotateMerge(operation("Ask for a code at a telephone number", { access: "customer", sensitive: true })),
  HttpApiEndpoint.post("verifyPhone", "/auth/phone/verify", {
    payload: VerifyPhone,
    success: PhoneNumber,
    error: problems(InvalidCode, TooManyAttempts)
  }).annotateMerge(operation("Confirm a telephone number", { access: "customer", sensitive: true })),
  HttpApiEndpoint.delete("removePhone", "/auth/phone", { error: problems(PhoneNotFound) }).annotateMerge(
    operation("Remove one's telephone number", { access: "customer" })
  ),
  HttpApiEndpoint.post("login", "/auth/login", {
    payload: Login,
    success: Tokens,
    error: problems(InvalidCredentials, SecondFactorRequired, TooManyAttempts)
  }).annotateMerge(operation("Sign in", { access: "guest", sensitive: true })),
  HttpApiEndpoint.post("refresh", "/auth/refresh", {
    payload: RefreshSession,
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
  HttpApiEndpoint.get("loginHistory", "/auth/login-history", {
    query: ListSignIns,
    success: SignInPage
  }).annotateMerge(operation("List one's sign-ins and who failed to, newest first", { access: "customer" })),
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
  HttpApiEndpoint.get("permissions", "/me/permissions", { success: MyPermissions }).annotateMerge(
    operation("See what one may do in the shop besides buying", { access: "customer" })
  ),
  HttpApiEndpoint.patch("update", "/me", {
    payload: UpdateProfile,
    success: User,
    error: problems(VersionConflict)
  }).annotateMerge(
    operation("Change one's profile", { access: "customer", tagged: true, conditional: true })
  ),
  HttpApiEndpoint.delete("erase", "/me", {
    error: problems(ErasureBlocked, LastOwner, ImpersonationRefused, StepUpRequired)
  }).annotateMerge(
    operation("Be forgotten: the account goes, and orders keep only their figures", {
      access: "customer",
      sensitive: true
    })
  ),
  HttpApiEndpoint.get("preferences", "/me/preferences", { success: UserPreferences }).annotateMerge(
    operation("See one's language, currency and consents", { access: "customer", tagged: true })
  ),
  HttpApiEndpoint.put("updatePreferences", "/me/preferences", {
    payload: UpdatePreferences,
    success: UserPreferences,
    error: problems(VersionConflict)
  }).annotateMerge(
    operation("Change one's language, currency or consents; what is left out stays", {
      access: "customer",
      tagged: true,
      conditional: true
    })
  ),
  HttpApiEndpoint.get("export", "/me/export", {
    success: HttpApiSchema.StreamUint8Array({ contentType: "application/json" }),
    error: problems(ImpersonationRefused, StepUpRequired)
  }).annotateMerge(operation("Take out everything that is known of oneself", { access: "customer", sensitive: true }))
).annotateMerge(OpenApi.annotations({ title: "Profile", description: "One's own account" })) {}
