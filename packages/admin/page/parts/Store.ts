/**
 * The store that is run, as far as whoever is signed in may know it, and what they may do.
 */
import { createContext } from "preact"
import { useContext } from "preact/hooks"
import type { Answer } from "../api/Operations.ts"

export interface Store {
  readonly name: string | undefined
  readonly currency: string | undefined
  /** Those that it sells in, its own first. */
  readonly currencies: ReadonlyArray<string>
  readonly timeZone: string | undefined
  /** Whether whoever is signed in holds a permission: `"orders:refund"`. */
  readonly may: (permission: string) => boolean
}

type Settings = Answer<"administration.getSettings">

/** `orders:*` stands for everything that is done with orders, `*` for everything. */
export const holding = (granted: ReadonlyArray<string>): Store["may"] => (permission) =>
  granted.includes(permission) || granted.includes("*") || granted.includes(`${permission.split(":")[0] ?? ""}:*`)

/** Times are in the zone of the browser for whoever may not read the settings. */
export const storeOf = (settings: Settings | undefined, may: Store["may"]): Store => ({
  name: settings?.name,
  currency: settings?.currency,
  currencies: settings === undefined ? [] : [settings.currency, ...settings.settings.currencies.filter((other) => other !== settings.currency)],
  timeZone: settings?.settings.timeZone,
  may
})

export const StoreContext = createContext<Store>(storeOf(undefined, () => false))

export const useStore = (): Store => useContext(StoreContext)
