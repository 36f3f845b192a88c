import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** There is no store with this code or id. */
export class StoreNotFound extends StoaError<StoreNotFound>()("StoreNotFound", {
  code: "store_not_found",
  kind: "not_found"
}, { store: Schema.String }) {
  override get message(): string {
    return `There is no store ${this.store}`
  }
}

/** Another store has this code already. */
export class StoreCodeTaken extends StoaError<StoreCodeTaken>()("StoreCodeTaken", {
  code: "store_code_taken",
  kind: "conflict"
}, { storeCode: Schema.String }) {
  override get message(): string {
    return `A store with the code ${this.storeCode} exists already`
  }
}

/** A store's currency is fixed by its prices and books; opening it with another one is refused. */
export class StoreCurrencyFixed extends StoaError<StoreCurrencyFixed>()("StoreCurrencyFixed", {
  code: "store_currency_fixed",
  kind: "conflict"
}, { storeCode: Schema.String, currency: Schema.String, requested: Schema.String }) {
  override get message(): string {
    return `The store ${this.storeCode} keeps its books in ${this.currency} and cannot be opened in ${this.requested}`
  }
}

/** There is no such change of a setting. */
export class SettingChangeNotFound extends StoaError<SettingChangeNotFound>()("SettingChangeNotFound", {
  code: "setting_change_not_found",
  kind: "not_found"
}, { change: Schema.String }) {
  override get message(): string {
    return `There is no change ${this.change} of a setting`
  }
}
