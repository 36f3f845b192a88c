/**
 * A memory of so many things: what nobody has asked for longest makes room.
 */

export interface RecentlyUsed<A> {
  readonly get: (key: string) => A | undefined
  readonly set: (key: string, value: A) => void
  readonly delete: (key: string) => void
  readonly clear: () => void
}

export const make = <A>(limit: number): RecentlyUsed<A> => {
  // a map keeps the order in which its keys were set
  const kept = new Map<string, A>()
  return {
    get: (key) => {
      const found = kept.get(key)
      if (found === undefined) return undefined
      kept.delete(key)
      kept.set(key, found)
      return found
    },
    set: (key, value) => {
      kept.delete(key)
      for (const oldest of kept.keys()) {
        if (kept.size < limit) break
        kept.delete(oldest)
      }
      kept.set(key, value)
    },
    delete: (key) => void kept.delete(key),
    clear: () => kept.clear()
  }
}
