import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { BodyTooLarge } from "../api/HttpErrors.ts"

/**
 * Cuts a body off that grows beyond its limit. What was read before that is imported, which is what an import that breaks
 * off does; the caller is told that it was the size.
 */
export const limited = (body: Stream.Stream<Uint8Array, unknown>, limitBytes: number) => {
  let read = 0
  return {
    exceeded: () => read > limitBytes,
    stream: Stream.mapEffect(body, (chunk) => {
      read += chunk.length
      return read > limitBytes ? Effect.fail(new BodyTooLarge({ limitBytes })) : Effect.succeed(chunk)
    })
  }
}
