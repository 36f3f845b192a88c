import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { createWriteStream } from "node:fs"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import * as CommandFailed from "../CommandFailed.ts"
import * as Engine from "../Engine.ts"
import * as Settings from "../Settings.ts"

/** Whoever reads, such as `head`, has had enough; that is no failure. */
const unlessClosedPipe = (error: unknown): void => {
  if (!(error instanceof Error && "code" in error && error.code === "EPIPE")) throw error
}

/** Writes all products to a file or to the standard output. */
export const exportProducts = Command.make(
  "export",
  {
    file: Argument.String("file").pipe(
      Argument.withDescription("Where to write; - for the standard output, which is also where it goes without a name"),
      Argument.withDefault("-")
    ),
    ...Settings.shop,
    format: Flag.Literals("format", ["csv", "json"]).pipe(
      Flag.withDescription("csv: Shopify's product format; json: one product per line"),
      Flag.withDefault("csv")
    )
  },
  Effect.fn(function*({ file, format, ...settings }) {
    const shop = yield* Engine.open(settings, { create: false })
    const text = shop.catalog.exportProducts({ format })
    yield* Effect.tryPromise({
      try: (signal) =>
        file === "-"
          ? pipeline(Readable.from(text), process.stdout, { end: false, signal }).catch(unlessClosedPipe)
          : pipeline(Readable.from(text), createWriteStream(file), { signal }),
      catch: CommandFailed.from
    })
  }, Effect.scoped)
).pipe(
  Command.withDescription("Export products as a Shopify CSV or as JSON lines"),
  Command.withExamples([
    { command: "stoa export products.csv", description: "Write every product to a file" },
    { command: "stoa export --format json | head -1", description: "Look at one product" }
  ])
)
