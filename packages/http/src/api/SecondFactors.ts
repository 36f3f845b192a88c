import { Tokens } from "@stoa/core/identity/Account"
import {
  FactorNotFound,
  InvalidCode,
  InvalidPasskey,
  TooManyAttempts,
  TotpEnrolled
} from "@stoa/core/identity/IdentityErrors"
import {
  ConfirmTotp,
  FactorAdded,
  Factors,
  Passkey,
  PasskeyAdded,
  PasskeyOptions,
  RecoveryCodes,
  RegisterPasskey,
  StartPasskey,
  TotpEnrolment,
  VerifyMfa,
  VerifyPasskey
} from "@stoa/core/identity/SecondFactor"
import { StepUpRequired } from "@stoa/core/kernel/StepUp"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { byId, page } from "./List.ts"
import { operation } from "./Operation.ts"
import { problems } from "./Problem.ts"

/** Authenticator apps and recovery codes, and fresh proofs. */
export class SecondFactorsGroup extends HttpApiGroup.make("mfa").add(
  HttpApiEndpoint.get("factors", "/auth/mfa", { success: Factors }).annotateMerge(
    operation("See which second factors one has", { access: "customer" })
  ),
  HttpApiEndpoint.post("verify", "/auth/mfa/verify", {
    payload: VerifyMfa,
    success: Tokens,
    error: problems(InvalidCode, TooManyAttempts)
  }).annotateMerge(operation("End a sign-in with a second factor, or prove one again", { access: "guest", sensitive: true })),
  HttpApiEndpoint.post("enrollTotp", "/auth/mfa/totp/enroll", {
    success: TotpEnrolment,
    error: problems(TotpEnrolled, StepUpRequired)
  }).annotateMerge(operation("Ask for a secret for an authenticator app", { access: "customer", sensitive: true })),
  HttpApiEndpoint.post("confirmTotp", "/auth/mfa/totp/confirm", {
    payload: ConfirmTotp,
    success: FactorAdded,
    error: problems(InvalidCode, StepUpRequired, TooManyAttempts)
  }).annotateMerge(operation("Make the authenticator app a second factor", { access: "customer", sensitive: true })),
  HttpApiEndpoint.delete("removeTotp", "/auth/mfa/totp", { error: problems(FactorNotFound, StepUpRequired) }).annotateMerge(
    operation("Remove the authenticator app", { access: "customer", sensitive: true })
  ),
  HttpApiEndpoint.post("newRecoveryCodes", "/auth/mfa/recovery-codes", {
    success: RecoveryCodes,
    error: problems(FactorNotFound, StepUpRequired)
  }).annotateMerge(operation("Replace one's recovery codes", { access: "customer", sensitive: true }))
).annotateMerge(OpenApi.annotations({
  title: "Second factors",
  description: "Authenticator apps, recovery codes and fresh proofs"
})) {}

export const PasskeyPage = page("PasskeyPage", Passkey)

/** Passkeys. */
export class PasskeysGroup extends HttpApiGroup.make("passkeys").add(
  HttpApiEndpoint.post("registerOptions", "/auth/passkeys/register/options", {
    success: PasskeyOptions,
    error: problems(StepUpRequired)
  }).annotateMerge(operation("Ask for what to make a passkey with", { access: "customer", sensitive: true })),
  HttpApiEndpoint.post("register", "/auth/passkeys/register/verify", {
    payload: RegisterPasskey,
    success: PasskeyAdded.pipe(HttpApiSchema.status(201)),
    error: problems(InvalidPasskey, StepUpRequired)
  }).annotateMerge(operation("Add a passkey", { access: "customer", sensitive: true })),
  HttpApiEndpoint.post("loginOptions", "/auth/passkeys/login/options", {
    payload: StartPasskey,
    success: PasskeyOptions,
    error: problems(InvalidPasskey, TooManyAttempts)
  }).annotateMerge(operation("Ask for what to use a passkey with", { access: "guest", sensitive: true })),
  HttpApiEndpoint.post("login", "/auth/passkeys/login/verify", {
    payload: VerifyPasskey,
    success: Tokens,
    error: problems(InvalidPasskey, TooManyAttempts)
  }).annotateMerge(operation("Sign in with a passkey, or prove one again", { access: "guest", sensitive: true })),
  HttpApiEndpoint.get("list", "/auth/passkeys", { success: PasskeyPage }).annotateMerge(
    operation("List one's passkeys", { access: "customer" })
  ),
  HttpApiEndpoint.delete("remove", "/auth/passkeys/:id", {
    params: byId,
    error: problems(FactorNotFound, StepUpRequired)
  }).annotateMerge(operation("Remove a passkey", { access: "customer", sensitive: true }))
).annotateMerge(OpenApi.annotations({ title: "Passkeys", description: "Passkeys (WebAuthn)" })) {}
