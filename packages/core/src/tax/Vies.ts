/**
 * The register of the European Commission (VIES), asked over HTTPS.
 *
 * **Details**
 *
 * It passes the question on to the member state, which does not always answer: an answer with an error of the service is
 * no answer, even where it says that the number is not valid.
 *
 * @see https://ec.europa.eu/taxation_customs/vies/#/technical-information
 */
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { VatRegister } from "./VatRegister.ts"

/** The register did not answer the question. */
export class ViesUnavailable extends Data.TaggedError("ViesUnavailable")<{ readonly reason: string }> {}

const Answer = Schema.Struct({
  valid: Schema.optionalKey(Schema.Boolean),
  isValid: Schema.optionalKey(Schema.Boolean),
  userError: Schema.optionalKey(Schema.NullOr(Schema.String))
})

const decode = Schema.decodeUnknownEffect(Answer)

const answered = new Set(["", "VALID", "INVALID"])

/** `url` is another address of the same service, for tests. */
export const vies = (
  { url = "https://ec.europa.eu/taxation_customs/vies/rest-api" }: { readonly url?: string } = {}
): VatRegister => ({
  isRegistered: Effect.fn("Vies.isRegistered")(function*(number) {
    const answer = yield* Effect.tryPromise({
      try: async (signal) => {
        const response = await fetch(`${url}/check-vat-number`, {
          method: "POST",
          headers: { "content-type": "application/json", accept: "application/json" },
          body: JSON.stringify({ countryCode: number.slice(0, 2), vatNumber: number.slice(2) }),
          redirect: "error",
          signal
        })
        if (!response.ok) throw new Error(`status ${response.status}`)
        return await response.json() as unknown
      },
      catch: (error) => new ViesUnavailable({ reason: error instanceof Error ? error.message : "the connection failed" })
    })
    const { isValid, userError, valid = isValid } = yield* Effect.mapError(
      decode(answer),
      () => new ViesUnavailable({ reason: "the answer is none of the service" })
    )
    if (valid === undefined || !answered.has(userError ?? "")) {
      return yield* new ViesUnavailable({ reason: userError ?? "the answer says nothing of the number" })
    }
    return valid
  })
})
