import { CatalogFiles } from "@stoa/core/catalog/CatalogFiles"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { createReadStream, statSync } from "node:fs"
import { CommandFailed } from "../CommandFailed.ts"
import * as Count from "../Count.ts"
import * as Database from "../Database.ts"
import * as Engine from "../Engine.ts"
import * as Progress from "../Progress.ts"
import * as Settings from "../Settings.ts"

/** The format that a file's name says, unless it is named. */
const formatOf = (file: string, format: "csv" | "json" | "auto"): "csv" | "json" =>
  format !== "auto" ? format : /\.(json|jsonl|ndjson)$/i.test(file) ? "json" : "csv"

/** Takes products in. Good lines land, bad ones are named, and then the exit code is 1. */
export const importProducts = Command.make(
  "import",
  {
    file: Argument.String("file").pipe(
      Argument.withDescription("A Shopify product CSV, or products as JSON; - for the standard input")
    ),
    ...Settings.shop,
    format: Flag.Literals("format", ["auto", "csv", "json"]).pipe(
      Flag.withDescription("auto: by the end of the file's name, .json, .jsonl or .ndjson; otherwise CSV"),
      Flag.withDefault("auto")
    ),
    dryRun: Flag.Boolean("dry-run").pipe(
      Flag.withDescription("Check the file and change nothing"),
      Flag.withDefault(false)
    )
  },
  Effect.fn(function*({ dryRun, file, format, ...settings }) {
    const found = file === "-" ? undefined : statSync(file, { throwIfNoEntry: false })
    if (file !== "-" && found === undefined) return yield* new CommandFailed({ message: `There is no file ${file}` })
    if (found?.isDirectory() === true) return yield* new CommandFailed({ message: `${file} is a folder, not a file` })
    // to change nothing is also not to create a database
    const database = dryRun && !(yield* Database.isThere(settings.database)) ? Database.file(":memory:") : settings.database
    const shop = yield* Engine.open({ ...settings, database }, { create: true })
    const progress = Progress.make()
    const report = yield* Engine.run(
      shop,
      CatalogFiles.use((files) =>
        files.importProducts(file === "-" ? process.stdin : createReadStream(file), {
          format: formatOf(file, format),
          dryRun,
          onProgress: ({ failureCount, lines, products: { created, unchanged, updated } }) =>
            progress.say(
              [
                Count.of(lines, "line"),
                Count.of(created + updated + unchanged, "product"),
                Count.of(failureCount, "bad line")
              ].join(", ")
            )
        })
      )
    ).pipe(
      Effect.ensuring(Effect.sync(progress.clear)),
      Effect.onInterrupt(() => Console.error("Stopped. What was read before is imported; importing again goes on."))
    )
    yield* Engine.call(() => shop.jobs.drain())
    const { created, unchanged, updated } = report.products
    yield* Console.log(
      `${Count.of(report.lines, "line")}: ${Count.of(created, "product")} created, ${updated} updated, ${unchanged} unchanged`
        + (dryRun ? " (dry run: nothing was changed)" : "")
    )
    if (report.leftOut.length > 0) yield* Console.error(`Columns that are kept nowhere: ${report.leftOut.join(", ")}`)
    if (report.failureCount === 0) return
    for (const { handle, line, message } of report.failures) {
      yield* Console.error(`line ${line}${handle === null || handle === "" ? "" : ` (${handle})`}: ${message}`)
    }
    const unnamed = report.failureCount - report.failures.length
    if (unnamed > 0) yield* Console.error(`and ${unnamed} more`)
    return yield* new CommandFailed({ message: `${Count.of(report.failureCount, "line")} could not be imported` })
  }, Effect.scoped)
).pipe(
  Command.withDescription("Import products from a Shopify CSV or from JSON; importing again updates"),
  Command.withExamples([
    { command: "stoa import products.csv --dry-run", description: "See what an import would do" },
    { command: "cat products.jsonl | stoa import - --format json", description: "Import what another program writes" }
  ])
)
