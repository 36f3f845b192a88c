import * as Id from "../kernel/Id.ts"

export const VariantId = Id.define("var", "VariantId")
export type VariantId = typeof VariantId.Type
