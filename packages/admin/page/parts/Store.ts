/**
 * The store that is run, as far as whoever is signed in may know it.
 */
import { createContext } from "preact"
import { useContext } from "preact/hooks"
import type { Answer } from "../api/Operations.ts"

export interface Store {
  readonly name: string | undefined
  readonly currency: string | undefined
  readonly timeZone: string | undefined
}

type Settings = Answer<"administration.getSettings">

export const known = ({ currency, name, settings }: Settings): Store => ({ name, currency, timeZone: settings.timeZone })

/** Times are in the zone of the browser for whoever may not read the settings. */
export const unknown: Store = { name: undefined, currency: undefined, timeZone: undefined }

export const StoreContext = createContext<Store>(unknown)

export const useStore = (): Store => useContext(StoreContext)
