import * as Id from "../kernel/Id.ts"

export const VendorId = Id.define("ven", "VendorId")
export type VendorId = typeof VendorId.Type
