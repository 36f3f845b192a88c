/**
 * What is known of a store's settings besides their values: what each of them takes, and who changed it from what to what. The name
 * of the store is one of them. None of them is a secret: keys of gateways and mailers are options of the engine and never come here.
 */
import * as Equal from "effect/Equal"
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import * as Page from "../kernel/Page.ts"
import { name } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { defaultSettings, Store, StoreSettings } from "./Store.ts"

export const SettingChangeId = Id.define("setting", "SettingChangeId")
export type SettingChangeId = typeof SettingChangeId.Type

/** One setting that was changed, by one call. */
export const SettingChange = Schema.Struct({
  id: SettingChangeId,
  /** `"reservationMinutes"`, or `"name"`. */
  setting: Schema.String,
  from: Schema.Json,
  to: Schema.Json,
  /** Who did it, as the audit log says it. */
  actor: Schema.String,
  /** The version of the store that it led to. */
  version: Version,
  at: Timestamp
}).annotate({ identifier: "SettingChange" })
export interface SettingChange extends Schema.Schema.Type<typeof SettingChange> {}

/** Which changes to list, the newest first. */
export const ListSettingChanges = Schema.Struct({ ...Page.PageRequest, setting: Schema.optionalKey(name(100)) }).annotate({
  identifier: "ListSettingChanges"
})
export interface ListSettingChanges extends Schema.Schema.Type<typeof ListSettingChanges> {}

/** A setting: what it takes, what it is if nobody says it, and what it is. */
export const Setting = Schema.Struct({
  setting: Schema.String,
  /** A JSON schema of its values. */
  type: Schema.Json,
  default: Schema.Json,
  value: Schema.Json
}).annotate({ identifier: "Setting" })
export interface Setting extends Schema.Schema.Type<typeof Setting> {}

type Values = Readonly<Record<string, Schema.Json>>

const valuesOf = ({ name, settings }: Pick<Store, "name" | "settings">): Values => ({ name, ...settings as unknown as Values })

/** All settings of a store. */
export const settingsOf = (store: Store): ReadonlyArray<Setting> => {
  const values = valuesOf(store)
  const defaults: Values = { name: null, ...defaultSettings as unknown as Values }
  return Object.entries({ name: Store.fields.name, ...StoreSettings.fields }).map(([setting, schema]) => ({
    setting,
    type: Schema.toJsonSchemaDocument(schema) as unknown as Schema.Json,
    default: defaults[setting] ?? null,
    value: values[setting] ?? null
  }))
}

/** What is not the same of a store before and after. */
export const changesOf = (before: Store, after: Store): ReadonlyArray<Pick<SettingChange, "setting" | "from" | "to">> => {
  const [from, to] = [valuesOf(before), valuesOf(after)]
  return Object.keys(to).flatMap((setting) =>
    Equal.equals(from[setting], to[setting])
      ? []
      : [{ setting, from: from[setting] ?? null, to: to[setting] ?? null }])
}

/** What makes a setting what it was before a change. */
export const undo = ({ from, setting }: Pick<SettingChange, "setting" | "from">) =>
  setting === "name" ? { name: from } : { settings: { [setting]: from } }
