/**
 * The brands of the shop.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import * as Input from "../kernel/Input.ts"
import { asked } from "../kernel/Language.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import * as RichText from "../kernel/RichText.ts"
import * as Slug from "../kernel/Slug.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import type { MediaNotFound } from "../media/MediaErrors.ts"
import type { MediaRepository } from "../media/MediaRepository.ts"
import { type Brand, type BrandSummary, CreateBrand, ListBrands, UpdateBrand } from "./Brand.ts"
import { BrandId } from "./BrandId.ts"
import { BrandRepository } from "./BrandRepository.ts"
import type { SlugTaken } from "./CatalogErrors.ts"
import { BrandNotFound } from "./CatalogErrors.ts"
import { BrandCreated, BrandDeleted, BrandUpdated } from "./CatalogEvents.ts"
import * as GivenImages from "./GivenImages.ts"
import { untold } from "./Seo.ts"
import { inLanguage, InLanguage } from "./Translations.ts"
import { maximumDescription } from "./ShopPage.ts"

export class Brands extends Context.Service<Brands, {
  /** By name, for everybody. */
  readonly list: (
    input?: typeof ListBrands.Encoded
  ) => Effect.Effect<Page<BrandSummary>, InvalidInput | StorageError>
  /** A brand by id or slug, for everybody. */
  readonly get: (
    idOrSlug: string,
    input?: typeof InLanguage.Encoded
  ) => Effect.Effect<Brand, InvalidInput | BrandNotFound | StorageError>
  /** Needs `catalog:write`. A slug that is made from the name gets a number if it is taken. */
  readonly create: (
    input: typeof CreateBrand.Encoded
  ) => Effect.Effect<Brand, InvalidInput | SlugTaken | MediaNotFound | StorageError | Denied>
  /**
   * Changes a brand. Fields that are left out stay as they are. Fails with `VersionConflict` if `version` is not the
   * current one. Needs `catalog:write`.
   */
  readonly update: (
    id: string,
    input: typeof UpdateBrand.Encoded
  ) => Effect.Effect<
    Brand,
    InvalidInput | BrandNotFound | SlugTaken | MediaNotFound | VersionConflict | StorageError | Denied
  >
  /** Its products stay, without a brand. Needs `catalog:write`. */
  readonly delete: (
    id: string,
    options?: typeof AtVersion.Encoded
  ) => Effect.Effect<void, InvalidInput | BrandNotFound | VersionConflict | StorageError | Denied>
}>()("@stoa/core/catalog/Brands") {}

const decodeList = Input.decoder(ListBrands)
const decodeLanguage = Input.decoder(InLanguage)
const decodeCreate = RichText.cleaning(Input.decoder(CreateBrand), maximumDescription)
const decodeUpdate = RichText.cleaning(Input.decoder(UpdateBrand), maximumDescription)

const isKey = Schema.is(Schema.Union([BrandId, Slug.Slug]))

/** A slug that is made up may be taken by somebody else at the same moment. */
const retries = 3

const checked = Input.textParameters<Brands["Service"]>({ get: ["idOrSlug"], update: ["id"], delete: ["id"] })

export const make = Effect.gen(function*() {
  const repository = yield* BrandRepository
  const { transaction } = yield* Transactor
  const audit = yield* AuditLog
  const events = yield* Events
  const images = yield* GivenImages.make

  const find = Effect.fnUntraced(function*(idOrSlug: string) {
    const brand = isKey(idOrSlug) ? yield* repository.find(idOrSlug) : undefined
    return brand ?? (yield* new BrandNotFound({ brand: idOrSlug }))
  })

  const summary = ({ slug, version }: Brand) => ({ slug, version })

  return checked(Brands.of({
    list: Effect.fn("Brands.list")(function*(input = {}) {
      const query = yield* decodeList(input)
      const page = yield* repository.list(query)
      const language = yield* asked(query.language)
      return {
        ...page,
        items: page.items.map((brand): BrandSummary => {
          const { id, logo, name, slug, updatedAt } = inLanguage(brand, language)
          return { id, name, slug, logo, updatedAt }
        })
      }
    }),

    get: Effect.fn("Brands.get")(function*(idOrSlug, input = {}) {
      const { language } = yield* decodeLanguage(input)
      return inLanguage(yield* find(idOrSlug), yield* asked(language))
    }),

    create: Effect.fn("Brands.create")(function*(input) {
      yield* Permission.require("catalog:write")
      const decoded = yield* decodeCreate(input)
      const logo = yield* images.one(decoded.logo, null)
      const made = Slug.fromText(decoded.name)
      return yield* transaction(Effect.gen(function*() {
        const now = yield* Timestamp.now
        const brand: Brand = {
          id: yield* BrandId.generate,
          name: decoded.name.trim(),
          slug: decoded.slug ?? Slug.unused(made, yield* repository.slugsLike(made)),
          description: decoded.description ?? "",
          logo,
          seo: decoded.seo ?? untold,
          translations: decoded.translations ?? {},
          version: 1,
          createdAt: now,
          updatedAt: now
        }
        yield* repository.insert(brand)
        yield* events.publish([BrandCreated.make(brand.id, summary(brand))])
        yield* audit.record({ action: "brand.create", subject: brand.id, details: { slug: brand.slug } })
        return brand
      })).pipe(
        Effect.retry({ times: retries, while: (error) => error._tag === "SlugTaken" && decoded.slug === undefined })
      )
    }),

    update: Effect.fn("Brands.update")(function*(id, input) {
      yield* Permission.require("catalog:write")
      const { version, ...fields } = yield* decodeUpdate(input)
      return yield* transaction(Effect.gen(function*() {
        const brand = yield* find(id)
        if (version !== undefined && version !== brand.version) {
          return yield* new VersionConflict({ id: brand.id, expected: version })
        }
        const changed: Brand = {
          ...brand,
          ...fields,
          name: fields.name?.trim() ?? brand.name,
          logo: yield* images.one(fields.logo, brand.logo),
          version: brand.version + 1,
          updatedAt: yield* Timestamp.now
        }
        yield* repository.replace(changed)
        yield* events.publish([BrandUpdated.make(changed.id, { ...summary(changed), renamed: changed.name !== brand.name })])
        yield* audit.record({
          action: "brand.update",
          subject: changed.id,
          details: { version: changed.version, fields: Object.keys(fields) }
        })
        return changed
      }))
    }),

    delete: Effect.fn("Brands.delete")(function*(id, options = {}) {
      yield* Permission.require("catalog:write")
      const { version } = yield* decodeAtVersion(options)
      yield* transaction(Effect.gen(function*() {
        const brand = yield* find(id)
        if (!(yield* repository.delete(brand.id, yield* Timestamp.now, version))) {
          return yield* version === undefined
            ? new BrandNotFound({ brand: id })
            : new VersionConflict({ id: brand.id, expected: version })
        }
        yield* events.publish([BrandDeleted.make(brand.id, { slug: brand.slug, name: brand.name })])
        yield* audit.record({ action: "brand.delete", subject: brand.id, details: { slug: brand.slug, name: brand.name } })
      }))
    })
  }))
})

export const layer: Layer.Layer<
  Brands,
  never,
  AuditLog | BrandRepository | Events | MediaRepository | Transactor
> = Layer.effect(Brands, make)
