/**
 * Writes the products of a file, in batches: each is one transaction with a constant number of statements.
 *
 * Where a batch cannot be written, because a product in it has the SKU of another one, it is halved until the product
 * stands alone and can be named; all others land.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { NewEvent } from "../events/DomainEvent.ts"
import { Events } from "../events/Events.ts"
import type { Currency } from "../kernel/Currency.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { VersionConflict } from "../kernel/Version.ts"
import { AttributeRepository } from "./AttributeRepository.ts"
import * as AttributeSets from "./AttributeSet.ts"
import * as DescribedInput from "./DescribedInput.ts"
import { CategoryNotFound, SkuTaken, SlugTaken } from "./CatalogErrors.ts"
import { CategoryCreated, ProductCreated, ProductUpdated } from "./CatalogEvents.ts"
import { CategoryId, maximumCategories } from "./Category.ts"
import { CategoryRepository } from "./CategoryRepository.ts"
import * as CategoryPaths from "./CategoryPaths.ts"
import { type Product, ProductId, VariantId } from "./Product.ts"
import type { BadLine, DraftedProduct, FileItem, ProductDraft } from "./ProductDraft.ts"
import * as ProductDrafts from "./ProductDraft.ts"
import { ProductRepository } from "./ProductRepository.ts"
import { SellableStock } from "./SellableStock.ts"
import { type KnownVendor, VendorRepository } from "../vendors/VendorRepository.ts"

/** What became of a draft. */
export type Outcome = DraftedProduct["change"] | ReadonlyArray<BadLine>

/** What is written at once, with the lines between that could not be read. */
export interface Batch {
  readonly drafts: ReadonlyArray<ProductDraft>
  readonly bad: ReadonlyArray<BadLine>
  /** Columns of the file that say something which the shop keeps nowhere. */
  readonly leftOut: ReadonlyArray<string>
}

const largestBatch = { products: 100, variants: 1_000, bad: 1_000 }

/** Puts what is read together into batches. */
export const batches = async function*(items: AsyncIterable<FileItem>): AsyncGenerator<Batch> {
  let drafts: Array<ProductDraft> = []
  let bad: Array<BadLine> = []
  let leftOut: Array<string> = []
  let variants = 0
  for await (const item of items) {
    if (item.leftOut !== undefined) {
      leftOut.push(item.leftOut)
    } else if (item.product === undefined) {
      bad.push(item.bad)
    } else {
      drafts.push(item.product)
      variants += item.product.variants.length
    }
    if (
      drafts.length >= largestBatch.products || variants >= largestBatch.variants || bad.length >= largestBatch.bad
    ) {
      yield { drafts, bad, leftOut }
      drafts = []
      bad = []
      leftOut = []
      variants = 0
    }
  }
  if (drafts.length > 0 || bad.length > 0 || leftOut.length > 0) yield { drafts, bad, leftOut }
}

/** A trial run is rolled back by failing with what it has found. */
class Trial extends Schema.TaggedError<Trial>()("Trial", { outcomes: Schema.Array(Schema.Unknown) }) {}

const nobody: ReadonlyMap<string, KnownVendor> = new Map()

/** Somebody else was faster. What was read is out of date, and the next try sees it. */
const isOvertaken = (error: unknown): boolean =>
  error instanceof VersionConflict || error instanceof SlugTaken || error instanceof CategoryNotFound

export const make = Effect.gen(function*() {
  const products = yield* ProductRepository
  const categories = yield* CategoryRepository
  const vendors = yield* VendorRepository
  const attributes = yield* AttributeRepository
  const stock = yield* SellableStock
  const transactor = yield* Transactor
  const events = yield* Events

  /** The categories that drafts name; those that the store lacks are created. */
  const categoriesOf = Effect.fnUntraced(function*(drafts: ReadonlyArray<ProductDraft>, now: Timestamp.Timestamp) {
    const paths = drafts.flatMap(ProductDrafts.categoryPaths)
    if (paths.length === 0) return CategoryPaths.index([])
    const index = CategoryPaths.index(yield* categories.list)
    if (CategoryPaths.missing(index, paths).length === 0) return index
    const tree = yield* categories.listForChange
    const locked = CategoryPaths.index(tree)
    const missing = CategoryPaths.missing(locked, paths)
    const created = CategoryPaths.create(
      tree,
      locked,
      missing.slice(0, maximumCategories - tree.length),
      yield* CategoryId.generateMany(missing.length),
      now
    )
    if (created.length === 0) return locked
    yield* categories.insertMany(created)
    yield* events.publish(created.map(({ id, parentId, slug }) => CategoryCreated.make(id, { parentId, slug })))
    return locked
  })

  /** The vendors of the marketplace that drafts name, and those of the products that are there. */
  const vendorsOf = Effect.fnUntraced(function*(drafts: ReadonlyArray<ProductDraft>, found: ReadonlyArray<Product>) {
    const names = new Set(drafts.flatMap(({ fields: { vendor } }) => (typeof vendor === "string" ? [vendor.trim()] : [])))
    const ids = new Set(found.flatMap(({ vendorId }) => (vendorId === null ? [] : [vendorId])))
    return names.size + ids.size === 0 ? nobody : yield* vendors.named([...names], [...ids])
  })

  const write = Effect.fnUntraced(function*(drafts: ReadonlyArray<ProductDraft>, currency: Currency) {
    const now = yield* Timestamp.now
    const found = yield* products.findManyBySlug(drafts.map(({ slug }) => slug))
    const existing = new Map(found.map((product) => [product.slug, product]))
    const { drafts: described, required } = yield* DescribedInput.ofDrafts(attributes, drafts, existing)
    const index = yield* categoriesOf(drafts, now)
    const sellers = yield* vendorsOf(drafts, found)
    const productIds = yield* ProductId.generateMany(drafts.length)
    const count = drafts.reduce((sum, draft) => sum + draft.variants.length, 0)
    const variantIds = yield* VariantId.generateMany(count)

    let used = 0
    const applied = drafts.map((draft, place): Result.Result<DraftedProduct, ReadonlyArray<BadLine>> => {
      const { faults = [], value = draft } = described[place] ?? {}
      if (faults.length > 0) return Result.fail(ProductDrafts.badLines(draft, faults))
      const unknown = ProductDrafts.categoryPaths(draft).find((path) => index.find(path) === undefined)
      if (unknown !== undefined) {
        const message = `needs the category ${unknown.join(" > ")}, but a store has at most ${maximumCategories}`
        return Result.fail([{ line: draft.line, handle: draft.slug, message }])
      }
      const ids = variantIds.slice(used, used + draft.variants.length)
      used += draft.variants.length
      return ProductDrafts.apply(value, existing.get(draft.slug), {
        currency,
        now,
        productId: productIds[place] as ProductId,
        variantIds: ids,
        required,
        categoryId: index.find,
        vendorOf: (nameOrId) => sellers.get(nameOrId)
      })
    })

    const changed = applied.flatMap((result, place) =>
      Result.isSuccess(result) && result.success.change !== "unchanged"
        ? AttributeSets.asked(existing.get((drafts[place] as ProductDraft).slug), result.success.product)
        : [])
    const expected = changed.length === 0 ? [] : yield* attributes.expected([...new Set(changed)])
    const results = expected.length === 0 ? applied : applied.map((result, place): typeof result => {
      if (Result.isFailure(result)) return result
      const draft = drafts[place] as ProductDraft
      const faults = AttributeSets.faults(existing.get(draft.slug), result.success.product, expected)
      return faults.length === 0 ? result : Result.fail(ProductDrafts.badLines(draft, faults))
    })

    const drafted = results.flatMap((result) => Result.isSuccess(result) ? [result.success] : [])
    const that = (change: DraftedProduct["change"]) =>
      drafted.flatMap((one) => one.change === change ? [one.product] : [])
    // a new product may get a SKU that another one gives up
    const followers = yield* products.replaceMany(that("updated"))
    yield* products.insertMany(that("created"))
    const counted = yield* stock.count(drafted.flatMap((one) => one.stock))
    yield* publish([
      ...that("created").map((product) => ProductCreated.make(product.id, summary(product))),
      ...[...that("updated"), ...followers].map((product) => ProductUpdated.make(product.id, summary(product)))
    ])
    return results.map((result, place): Outcome => {
      if (Result.isFailure(result)) return allLines(drafts[place] as ProductDraft, result.failure)
      const { change, product } = result.success
      return change === "unchanged" && product.variants.some(({ id }) => counted.has(id)) ? "updated" : change
    })
  })

  const publish = (news: ReadonlyArray<NewEvent>) => news.length === 0 ? Effect.void : events.publish(news)

  /** Writes drafts, and says of each, in their order, what became of it. */
  const writeAll = (
    drafts: ReadonlyArray<ProductDraft>,
    currency: Currency
  ): Effect.Effect<ReadonlyArray<Outcome>, StorageError> => {
    const [first] = drafts
    if (first === undefined) return Effect.succeed([])
    const split = (error: SkuTaken | SlugTaken | CategoryNotFound | VersionConflict) => {
      if (drafts.length === 1) return Effect.succeed([refused(first, error)])
      const middle = Math.ceil(drafts.length / 2)
      return Effect.zipWith(
        writeAll(drafts.slice(0, middle), currency),
        writeAll(drafts.slice(middle), currency),
        (left, right) => [...left, ...right]
      )
    }
    return transactor.transaction(write(drafts, currency)).pipe(
      Effect.retry({ times: drafts.length === 1 ? 3 : 0, while: isOvertaken }),
      Effect.catchTags({ SkuTaken: split, SlugTaken: split, CategoryNotFound: split, VersionConflict: split })
    )
  }

  /** Says what would become of drafts, and writes nothing. */
  const tryAll = (drafts: ReadonlyArray<ProductDraft>, currency: Currency) =>
    transactor.transaction(
      Effect.flatMap(writeAll(drafts, currency), (outcomes) => Effect.fail(new Trial({ outcomes })))
    ).pipe(
      Effect.catchTag("Trial", (trial) => Effect.succeed(trial.outcomes as ReadonlyArray<Outcome>))
    )

  return { writeAll, tryAll }
})

const refused = (
  draft: ProductDraft,
  error: SkuTaken | SlugTaken | CategoryNotFound | VersionConflict
): ReadonlyArray<BadLine> => {
  const line = error instanceof SkuTaken
    ? draft.variants.find(({ fields }) => fields.sku === error.sku)?.line
    : undefined
  const message = error instanceof VersionConflict ? "was changed by somebody else meanwhile" : error.message
  return allLines(draft, [{ line: line ?? draft.line, handle: draft.slug, message }])
}

const summary = ({ slug, status, version }: Product) => ({ slug, status, version })

/** What is wrong with some lines of a product keeps all of them out. */
const allLines = (draft: ProductDraft, bad: ReadonlyArray<BadLine>): ReadonlyArray<BadLine> => {
  const [cause] = bad
  const messages = Map.groupBy(bad, ({ line }) => line)
  return draft.lines.flatMap((line): ReadonlyArray<BadLine> => {
    const own = messages.get(line)?.map(({ message }) => message).join("; ")
    const others = `belongs to a product that cannot be imported because of line ${cause?.line}`
    return [{ line, handle: draft.slug, message: own ?? others }]
  })
}
