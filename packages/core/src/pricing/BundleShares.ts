/**
 * What of a bundle falls to which of its parts: exact, and the same whoever asks. Pure.
 */
import * as Proportion from "./Proportion.ts"

/** Parts of a bundle: the class by which each is taxed, and what it weighs beside the others. */
type Parts = ReadonlyArray<readonly [taxClass: string, weight: number]>

/**
 * What all parts of each class weigh, by the names of the classes. Where no part weighs anything, as many parts as there are
 * of each class count.
 */
export const weights = (parts: Parts): Parts => {
  const weightless = parts.every(([, weight]) => weight === 0)
  const sums = new Map<string, number>()
  for (const [taxClass, weight] of parts) sums.set(taxClass, (sums.get(taxClass) ?? 0) + (weightless ? 1 : weight))
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1))
}

/** Hands what the classes cost, in the order of `weights`, on to their parts. Nothing is negative, and nothing is lost. */
export const split = (
  parts: Parts,
  classes: ReadonlyArray<{ readonly net: number; readonly tax: number }>
): ReadonlyArray<{ readonly net: number; readonly tax: number }> => {
  const shares = parts.map(() => ({ net: 0, tax: 0 }))
  weights(parts).forEach(([taxClass], index) => {
    const places = parts.flatMap(([ofPart], place) => ofPart === taxClass ? [place] : [])
    const { net, tax } = classes[index] ?? { net: 0, tax: 0 }
    const own = places.map((place) => parts[place]?.[1] ?? 0)
    const nets = Proportion.split(net, own)
    const taxes = Proportion.split(tax, own)
    places.forEach((place, at) => {
      shares[place] = { net: nets[at] ?? 0, tax: taxes[at] ?? 0 }
    })
  })
  return shares
}
