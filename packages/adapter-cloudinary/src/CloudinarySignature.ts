/**
 * What proves to Cloudinary that a request is the shop's.
 *
 * @see https://cloudinary.com/documentation/authentication_signatures
 */
import { createHash } from "node:crypto"

/** Parameters of a request that are signed. */
export type Parameters = Readonly<Record<string, string>>

/** The signature of parameters, which no value of a further one can be hidden in. */
export const sign = (parameters: Parameters, apiSecret: string): string => {
  const text = Object.keys(parameters).toSorted().map((name) => `${name}=${(parameters[name] ?? "").replaceAll("&", "%26")}`).join("&")
  return createHash("sha256").update(text + apiSecret).digest("hex")
}
