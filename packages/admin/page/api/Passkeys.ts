/**
 * Passkeys: asking the browser for one, in the JSON form of WebAuthn (Level 3) that the shop speaks.
 */
import { call } from "./Api.ts"
import type { Answer } from "./Operations.ts"
import { Problem } from "./Problem.ts"

type Ceremony = Answer<"passkeys.loginOptions">

/** Whether this browser can, in the form that is spoken here. */
export const offered: boolean = typeof PublicKeyCredential === "function" && "parseRequestOptionsFromJSON" in PublicKeyCredential

/** What went wrong in the browser: whoever was asked would not, or the address of the page is not one of the shop's. */
const refused = (error: unknown): Problem =>
  new Problem(400, { code: error instanceof DOMException && error.name === "SecurityError" ? "passkey_elsewhere" : "passkey_refused" })

const asJson = (credential: Credential | null): Record<string, unknown> => {
  if (!(credential instanceof PublicKeyCredential)) throw new Problem(400, { code: "passkey_refused" })
  return credential.toJSON() as unknown as Record<string, unknown>
}

const answered = async ({ challengeId, options }: Ceremony) => {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options as unknown as PublicKeyCredentialRequestOptionsJSON)
  const response = asJson(await navigator.credentials.get({ publicKey }).catch((error: unknown) => Promise.reject(refused(error))))
  return await call("passkeys.login", { payload: { challengeId, response: response as never } })
}

/** Signs in with a passkey, ends a sign-in that asked for one, or proves anew who is signed in. */
export const prove = async (secondFactorFor?: string): Promise<Answer<"passkeys.login">> =>
  answered(await call("passkeys.loginOptions", { payload: secondFactorFor === undefined ? {} : { secondFactorFor: secondFactorFor as never } }))

/** Makes a passkey for whoever is signed in. */
export const register = async (name: string): Promise<Answer<"passkeys.register">> => {
  const { challengeId, options } = await call("passkeys.registerOptions")
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options as unknown as PublicKeyCredentialCreationOptionsJSON)
  const response = asJson(await navigator.credentials.create({ publicKey }).catch((error: unknown) => Promise.reject(refused(error))))
  return await call("passkeys.register", { payload: { challengeId, response: response as never, ...(name === "" ? {} : { name }) } })
}
