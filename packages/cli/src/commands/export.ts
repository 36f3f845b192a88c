import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { createWriteStream } from "node:fs"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import * as Engine from "../Engine.ts"
import * as Settings from "../Settings.ts"

/** Writes all products to a file or to the standard output. */
export const exportProducts = Command.make(
  "export",
  {
    file: Argument.String("file").pipe(
      Argument.withDescription("Where to write; - for the standard output"),
      Argument.withDefault("-")
    ),
    ...Settings.shop,
    format: Flag.Literals("format", ["csv", "json"]).pipe(
      Flag.withDescription("csv: Shopify's product format; json: one product per line"),
      Flag.withDefault("csv")
    )
  },
  Effect.fn(function*({ file, format, ...settings }) {
    const shop = yield* Engine.open(settings, { workers: false })
    const text = shop.catalog.exportProducts({ format })
    yield* Engine.call(() =>
      file === "-"
        ? pipeline(Readable.from(text), process.stdout, { end: false })
        : pipeline(Readable.from(text), createWriteStream(file))
    )
  }, Effect.scoped)
).pipe(Command.withDescription("Export products as a Shopify CSV or as JSON lines"))
