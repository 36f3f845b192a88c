import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import { createReadStream, existsSync } from "node:fs"
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
    file: Argument.String("file").pipe(Argument.withDescription("A Shopify product CSV, or products as JSON")),
    ...Settings.shop,
    format: Flag.Literals("format", ["auto", "csv", "json"]).pipe(
      Flag.withDescription("auto: by the name of the file"),
      Flag.withDefault("auto")
    ),
    dryRun: Flag.Boolean("dry-run").pipe(
      Flag.withDescription("Check the file and change nothing"),
      Flag.withDefault(false)
    )
  },
  Effect.fn(function*(settings) {
    if (settings.file !== "-" && !existsSync(settings.file)) {
      return yield* new Engine.CommandFailed({ message: `There is no file ${settings.file}` })
    }
    const shop = yield* Engine.open(settings, { workers: false, createFolder: true })
    const progress = Progress.make()
    const report = yield* Engine.call(() =>
      shop.catalog.importProducts(settings.file === "-" ? process.stdin : createReadStream(settings.file), {
        format: formatOf(settings.file, settings.format),
        dryRun: settings.dryRun,
        onProgress: ({ failureCount, lines, products }) =>
          progress.say(
            `${lines} lines, ${products.created + products.updated + products.unchanged} products, ${failureCount} faults`
          )
      })
    ).pipe(Effect.ensuring(Effect.sync(() => progress.clear())))
    yield* Engine.call(() => shop.jobs.drain())
    const { created, unchanged, updated } = report.products
    yield* Console.log(
      `${report.lines} lines: ${created} products created, ${updated} updated, ${unchanged} unchanged`
        + (settings.dryRun ? " (dry run: nothing was changed)" : "")
    )
    if (report.failureCount === 0) return
    for (const { handle, line, message } of report.failures) {
      yield* Console.error(`line ${line}${handle === null || handle === "" ? "" : ` (${handle})`}: ${message}`)
    }
    return yield* new Engine.CommandFailed({ message: `${report.failureCount} lines could not be imported` })
  }, Effect.scoped)
).pipe(Command.withDescription("Import products from a Shopify CSV or from JSON; importing again updates"))
