import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Stream from "effect/Stream"

/** A file that is written while it is sent. Check what may go wrong before: afterwards it can only break off. */
export const file = <E, R>(
  lines: Stream.Stream<string, E, R>,
  contentType: string,
  options: { readonly name: string }
): Effect.Effect<HttpServerResponse.HttpServerResponse, never, R> =>
  Effect.map(Effect.context<R>(), (context) =>
    HttpServerResponse.stream(
      // the body is read after the handler has returned, still as the same caller
      Stream.provideContext(Stream.encodeText(lines), context),
      { contentType, headers: { "content-disposition": `attachment; filename="${options.name}"` } }
    ))
