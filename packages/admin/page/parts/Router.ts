/**
 * Where in the page somebody is: behind the `#` of the address, so that it works wherever the page is mounted.
 */
import { useEffect, useState } from "preact/hooks"

export interface Place {
  /** `["orders", "ord_..."]`. */
  readonly path: ReadonlyArray<string>
  readonly query: URLSearchParams
}

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

const current = (): Place => {
  const [path = "", query = ""] = location.hash.replace(/^#\/?/, "").split("?", 2)
  return { path: path.split("/").filter((part) => part !== "").map(decoded), query: new URLSearchParams(query) }
}

/** The address of a place. Parameters without a value are left out. */
export const link = (path: ReadonlyArray<string>, query: Readonly<Record<string, string | undefined>> = {}): string => {
  const given = Object.entries(query).filter((entry): entry is [string, string] => (entry[1] ?? "") !== "")
  const search = given.length === 0 ? "" : `?${new URLSearchParams(given)}`
  return `#/${path.map(encodeURIComponent).join("/")}${search}`
}

export const go = (address: string): void => {
  location.hash = address
}

/** Goes to a place without a step to come back to, as for filters. */
export const replace = (address: string): void => {
  history.replaceState(history.state, "", address)
  dispatchEvent(new HashChangeEvent("hashchange"))
}

export const usePlace = (): Place => {
  const [place, set] = useState(current)
  useEffect(() => {
    const changed = () => set(current())
    addEventListener("hashchange", changed)
    return () => removeEventListener("hashchange", changed)
  }, [])
  return place
}
