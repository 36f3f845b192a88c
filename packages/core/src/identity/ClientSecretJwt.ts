/**
 * Client secrets that are signed and not kept: what Apple takes instead of a fixed one. Each exchange makes its own, good
 * for five minutes, so nothing has to be renewed by hand twice a year.
 *
 * @see https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret
 */
import * as Redacted from "effect/Redacted"
import { importPKCS8, SignJWT } from "jose"
import { createPrivateKey } from "node:crypto"

/** The key of a team at a provider that signs the secrets of its clients. */
export interface ClientKey {
  /** Whose key it is. */
  readonly teamId: string
  /** Which of the team's keys it is. */
  readonly keyId: string
  /** What the provider gave as a `.p8` file: a private key for ES256 in PEM. */
  readonly privateKey: string | Redacted.Redacted
}

const lifetimeSeconds = 300

const pemOf = ({ privateKey }: ClientKey): string =>
  typeof privateKey === "string" ? privateKey : Redacted.value(privateKey)

/** Whether it is a key that can sign by ES256. */
export const isUsable = (key: ClientKey): boolean => {
  try {
    const { asymmetricKeyDetails, asymmetricKeyType } = createPrivateKey(pemOf(key))
    return asymmetricKeyType === "ec" && asymmetricKeyDetails?.namedCurve === "prime256v1"
  } catch {
    return false
  }
}

/** The secret of a client from a moment on, in milliseconds since 1970. */
export const sign = async (
  key: ClientKey,
  options: { readonly clientId: string; readonly audience: string; readonly at: number }
): Promise<string> => {
  const seconds = Math.floor(options.at / 1_000)
  return new SignJWT()
    .setProtectedHeader({ alg: "ES256", kid: key.keyId })
    .setIssuer(key.teamId)
    .setSubject(options.clientId)
    .setAudience(options.audience)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + lifetimeSeconds)
    .sign(await importPKCS8(pemOf(key), "ES256"))
}
