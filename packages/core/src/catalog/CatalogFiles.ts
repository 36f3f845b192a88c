/**
 * Products in and out as files: CSV in Shopify's product format, and JSON.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { AuditLog } from "../audit/AuditLog.ts"
import * as DomainEvent from "../events/DomainEvent.ts"
import { Events } from "../events/Events.ts"
import * as Id from "../kernel/Id.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { Stores } from "../stores/Stores.ts"
import { ImportRefused } from "./CatalogFilesErrors.ts"
import type { CategoryRepository } from "./CategoryRepository.ts"
import { type FileSource, isFileSource } from "./FileBytes.ts"
import { FileFormat, type ImportReport, maximumFailures, maximumLeftOut } from "./ImportReport.ts"
import type { BadLine } from "./ProductDraft.ts"
import * as ProductExport from "./ProductExport.ts"
import * as ProductFile from "./ProductFile.ts"
import * as ProductImport from "./ProductImport.ts"
import type { ProductRepository } from "./ProductRepository.ts"
import type { SellableStock } from "./SellableStock.ts"
import type { AttributeRepository } from "./AttributeRepository.ts"
import type { VendorRepository } from "../vendors/VendorRepository.ts"

export const ImportId = Id.define("imp", "ImportId")

/** An import came to its end. The subject is the import. */
export const CatalogImported = DomainEvent.define(
  "catalog.imported",
  Schema.Struct({
    format: FileFormat,
    lines: Schema.Int,
    created: Schema.Int,
    updated: Schema.Int,
    unchanged: Schema.Int,
    failures: Schema.Int
  })
)

export interface ImportOptions {
  readonly format: typeof FileFormat.Type
  /** Says what an import would do, and changes nothing. */
  readonly dryRun?: boolean | undefined
  /** Is told after every hundred products or so what became of them and those before. */
  readonly onProgress?: ((report: ImportReport) => void) | undefined
}

export class CatalogFiles extends Context.Service<CatalogFiles, {
  /**
   * Imports products. What can be read lands, every other line is named in the report.
   *
   * A product is found again by its handle (`slug` in JSON), a variant by its SKU, otherwise by its option values, so
   * importing again changes what differs and doubles nothing. Variants that the file does not name any more are deleted.
   * What the file has no column for stays as it is. The file is read no faster than it is stored, and memory does not
   * grow with its length. An import that breaks off has imported what was read before.
   *
   * Needs `catalog:write`.
   */
  readonly importProducts: (
    source: FileSource,
    options: ImportOptions
  ) => Effect.Effect<ImportReport, ImportRefused | InvalidInput | StorageError | Denied>
  /**
   * Every product, as CSV or as JSON Lines, in pieces of bounded size. Importing it changes nothing.
   *
   * CSV has a place for the first category of a product only, written with ` > ` between the names, and for whether a
   * variant is sold when it is out of stock but not for how far; JSON has all. Needs `catalog:read`.
   */
  readonly exportProducts: (
    options: { readonly format: typeof FileFormat.Type }
  ) => Stream.Stream<string, InvalidInput | StorageError | Denied>
}>()("@stoa/core/catalog/CatalogFiles") {}

const isListener = (value: unknown): value is (report: ImportReport) => void => typeof value === "function"

const decodeImport = Input.decoder(Schema.Struct({
  format: FileFormat,
  dryRun: Schema.optionalKey(Schema.UndefinedOr(Schema.Boolean)),
  onProgress: Schema.optionalKey(Schema.UndefinedOr(Schema.declare(isListener, { expected: "a function" })))
}))
const decodeExport = Input.decoder(Schema.Struct({ format: FileFormat }))

/** What a file says may be of any length, and a report holds a thousand of these. */
const shortened = ({ handle, line, message }: BadLine): BadLine => ({
  line,
  handle: handle?.slice(0, 200) ?? null,
  message: message.slice(0, 1_000)
})

const byLine = (a: BadLine, b: BadLine): number => a.line - b.line

/** Adds up what became of the lines. */
const tally = () => {
  const products = { created: 0, updated: 0, unchanged: 0 }
  const failures: Array<BadLine> = []
  const columns: Array<string> = []
  let lines = 0
  let failureCount = 0
  return {
    add: ({ bad, drafts, leftOut }: ProductImport.Batch, outcomes: ReadonlyArray<ProductImport.Outcome>): void => {
      lines += bad.length
      for (const draft of drafts) lines += draft.lines.length
      const failed = [...bad]
      for (const outcome of outcomes) {
        if (typeof outcome === "string") products[outcome] += 1
        else failed.push(...outcome)
      }
      failureCount += failed.length
      columns.push(...leftOut.slice(0, maximumLeftOut - columns.length).map((name) => name.slice(0, 200)))
      failures.push(...failed.sort(byLine).slice(0, maximumFailures - failures.length).map(shortened))
    },
    report: (): ImportReport => ({
      lines,
      products: { ...products },
      failureCount,
      failures: failures.toSorted(byLine),
      leftOut: [...columns]
    })
  }
}

export const make = Effect.gen(function*() {
  const stores = yield* Stores
  const transactor = yield* Transactor
  const audit = yield* AuditLog
  const events = yield* Events
  const { tryAll, writeAll } = yield* ProductImport.make
  const exported = yield* ProductExport.make

  return CatalogFiles.of({
    importProducts: Effect.fn("CatalogFiles.importProducts")(function*(source, options) {
      yield* Permission.require("catalog:write")
      const { dryRun = false, format, onProgress } = yield* decodeImport(options)
      if (!isFileSource(source)) {
        return yield* InvalidInput.at(["source"], "Expected something that gives the file piece by piece (AsyncIterable)", "not_a_file")
      }
      const { currency } = yield* stores.current
      const id = yield* ImportId.generate
      const counted = tally()
      let begun = false
      // before the first change: there is none without its row, even if the process dies on the way
      const begin = transactor.transaction(
        audit.record({ action: "catalog.import", subject: id, details: { format } })
      )

      yield* Stream.fromAsyncIterable(
        ProductImport.batches(ProductFile.read(source, format, currency)),
        (cause) => cause
      ).pipe(
        // anything else is a bug
        Stream.catch((cause) => cause instanceof ImportRefused ? Stream.fail(cause) : Stream.die(cause)),
        Stream.runForEach(Effect.fnUntraced(function*(batch) {
          if (!begun && !dryRun) yield* begin
          begun = true
          counted.add(batch, yield* (dryRun ? tryAll : writeAll)(batch.drafts, currency))
          if (onProgress !== undefined) yield* Effect.sync(() => onProgress(counted.report()))
        }))
      )

      const report = counted.report()
      if (!dryRun) {
        const { failureCount, lines, products } = report
        if (!begun) yield* begin
        yield* transactor.transaction(
          events.publish([CatalogImported.make(id, { format, lines, ...products, failures: failureCount })])
        )
      }
      return report
    }),

    exportProducts: (options) =>
      Stream.unwrap(Effect.gen(function*() {
        yield* Permission.require("catalog:read")
        const { format } = yield* decodeExport(options)
        return exported(format)
      }))
  })
})

export const layer: Layer.Layer<
  CatalogFiles,
  never,
  AttributeRepository | AuditLog | CategoryRepository | Events | ProductRepository | SellableStock | Stores | Transactor | VendorRepository
> = Layer.effect(CatalogFiles, make)
