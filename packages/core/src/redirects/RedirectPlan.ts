/**
 * Redirects without chains and circles. Whoever follows one is there: one that would lead to another leads to where that one does,
 * and those that led to a path which itself leads on are led on as well.
 */
export interface Leads {
  readonly from: string
  /** A path of the shop with its query, or an address elsewhere. */
  readonly to: string
}

/** The path that a target is at, or nothing for one elsewhere. */
export const pathOf = (to: string): string | undefined => to.startsWith("/") ? to.split(/[?#]/, 1)[0] : undefined

/** Where a target leads in the end: `undefined` where it leads in a circle. */
const end = (leads: ReadonlyMap<string, string>, from: string, to: string): string | undefined => {
  const seen = new Set([from])
  let at = to
  for (;;) {
    const path = pathOf(at)
    if (path === undefined) return at
    if (seen.has(path)) return undefined
    const next = leads.get(path)
    if (next === undefined) return at
    seen.add(path)
    at = next
  }
}

/**
 * What is to be written once some redirects are added or changed.
 *
 * @param known those that lead away from what `added` lead away from or to, and those that lead to what `added` lead away from
 * @returns where each that changes leads, and those of `added` that would lead in a circle, which are left out
 */
export const flattened = (known: ReadonlyArray<Leads>, added: ReadonlyArray<Leads>): {
  readonly leads: ReadonlyMap<string, string>
  readonly loops: ReadonlySet<string>
} => {
  const leads = new Map(known.map(({ from, to }) => [from, to]))
  const loops = new Set<string>()
  for (const { from, to } of added) {
    const before = leads.get(from)
    leads.set(from, to)
    if (end(leads, from, to) !== undefined) continue
    loops.add(from)
    if (before === undefined) leads.delete(from)
    else leads.set(from, before)
  }
  const changed = new Map<string, string>()
  const before = new Map(known.map(({ from, to }) => [from, to]))
  for (const [from, to] of leads) {
    const last = end(leads, from, to) ?? to
    if (before.get(from) !== last) changed.set(from, last)
  }
  return { leads: changed, loops }
}
