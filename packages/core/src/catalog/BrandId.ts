import * as Id from "../kernel/Id.ts"

export const BrandId = Id.define("brand", "BrandId")
export type BrandId = typeof BrandId.Type
