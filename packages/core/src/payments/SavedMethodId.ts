import * as Id from "../kernel/Id.ts"

export const SavedMethodId = Id.define("saved", "SavedMethodId")
export type SavedMethodId = typeof SavedMethodId.Type
