/**
 * Brands: who makes what the shop sells. A product has one or none; `vendor`, whom the shop buys from, is another thing,
 * and so is a vendor of a marketplace.
 */
import * as Schema from "effect/Schema"
import * as Page from "../kernel/Page.ts"
import { Slug } from "../kernel/Slug.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { BrandId } from "./BrandId.ts"
import { GivenImage, ProductImage } from "./Product.ts"
import * as ShopPage from "./ShopPage.ts"
import { Alternates, InLanguage } from "./Translations.ts"

export const Brand = Schema.Struct({
  id: BrandId,
  ...ShopPage.fields,
  logo: Schema.NullOr(ProductImage),
  alternates: Schema.optionalKey(Alternates),
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "Brand" })
export interface Brand extends Schema.Schema.Type<typeof Brand> {}

/** A brand as a list shows it. */
export const BrandSummary = Schema.Struct({
  id: BrandId,
  name: Schema.String,
  slug: Slug,
  logo: Schema.NullOr(ProductImage),
  updatedAt: Timestamp
}).annotate({ identifier: "BrandSummary" })
export interface BrandSummary extends Schema.Schema.Type<typeof BrandSummary> {}

/** A public file of the shop, or a picture that lies somewhere else. */
const logo = Schema.optionalKey(Schema.NullOr(GivenImage))

/** A new brand. The slug is made from the name if it is left out. */
export const CreateBrand = Schema.Struct({ name: ShopPage.fields.name, ...ShopPage.optional, logo }).annotate({
  identifier: "CreateBrand"
})
export interface CreateBrand extends Schema.Schema.Type<typeof CreateBrand> {}

/** Changes to a brand; what is left out stays. */
export const UpdateBrand = Schema.Struct({
  ...ShopPage.changed,
  logo,
  /** The version that the change is based on; without it the change applies to whatever is there. */
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateBrand" })
export interface UpdateBrand extends Schema.Schema.Type<typeof UpdateBrand> {}

export const ListBrands = Schema.Struct({ ...Page.PageRequest, ...InLanguage.fields }).annotate({
  identifier: "ListBrands"
})
export interface ListBrands extends Schema.Schema.Type<typeof ListBrands> {}
