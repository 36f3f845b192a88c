/**
 * Which tax rates hold for a class of goods at a place. Pure.
 *
 * **Details**
 *
 * A rate is for everywhere, for a country, or for a zone. The rates of one class that differ in their `component` are
 * charged together: GST and PST, the tax of a state and that of a county. Of several rates of one component only the one
 * for the closest place is charged: postal code before subdivision before country before everywhere, a zone before a
 * country that is as close, and of two zones that are equally close the older zone. So a rate of 13 % for Ontario replaces
 * the one of 5 % for all of Canada if both have the component `gst`. Of several for the same place the one that began last
 * is charged, until it ends: then the one before it holds again.
 *
 * They are in the order in which they are charged and shown: those on the price alone first, then those on the price and
 * the taxes before (`compound`), each by `position`, then by name.
 */
import * as Area from "../kernel/Area.ts"

export interface PlacedRate {
  readonly id: string
  readonly name: string
  readonly taxClass: string
  readonly country: string | null
  readonly zoneId?: string | null | undefined
  readonly component?: string | undefined
  readonly compound?: boolean | undefined
  readonly position?: number | undefined
  readonly from?: string | null | undefined
  readonly until?: string | null | undefined
}

export interface PlacedZone {
  readonly id: string
  readonly areas: ReadonlyArray<Area.Area>
}

/** The component of a rate that names none. */
export const onlyComponent = "tax"

/** The rates of a class at a place and a time; none if the class has none then and there. */
export const ratesAt = <Rate extends PlacedRate>(
  rates: ReadonlyArray<Rate>,
  zones: ReadonlyArray<PlacedZone>,
  place: Area.Place,
  at: string
): (taxClass: string) => ReadonlyArray<Rate> => {
  const fits = new Map<string, number>()
  const fitOf = (zoneId: string): number => {
    let fit = fits.get(zoneId)
    if (fit === undefined) {
      const zone = zones.find(({ id }) => id === zoneId)
      fit = zone === undefined ? 0 : Area.bestFit(zone.areas, place)
      fits.set(zoneId, fit)
    }
    return fit
  }
  /** 0 where the rate does not hold. */
  const closeness = ({ country, zoneId }: Rate): number => {
    if (zoneId !== undefined && zoneId !== null) {
      const fit = fitOf(zoneId)
      return fit === 0 ? 0 : 2 + 2 * fit
    }
    if (country === null) return 1
    return country === place.country ? 3 : 0
  }

  return (taxClass) => {
    const closest = new Map<string, { readonly rate: Rate; readonly closeness: number }>()
    for (const rate of rates) {
      if (rate.taxClass !== taxClass || !isCharged(rate, at)) continue
      const here = closeness(rate)
      if (here === 0) continue
      const component = rate.component ?? onlyComponent
      const best = closest.get(component)
      if (best === undefined || here > best.closeness || (here === best.closeness && precedes(rate, best.rate))) {
        closest.set(component, { rate, closeness: here })
      }
    }
    return [...closest.values()].map(({ rate }) => rate).sort(byOrder)
  }
}

/** Times are compared as the texts that they are. */
const isCharged = ({ from, until }: PlacedRate, at: string): boolean =>
  (from === undefined || from === null || from <= at) && (until === undefined || until === null || until > at)

/** Which of two rates for places that are equally close is charged. */
const precedes = (rate: PlacedRate, other: PlacedRate): boolean => {
  const [zone, otherZone] = [rate.zoneId ?? "", other.zoneId ?? ""]
  if (zone !== otherZone) return zone < otherZone
  const [begin, otherBegin] = [rate.from ?? "", other.from ?? ""]
  return begin === otherBegin ? rate.id < other.id : begin > otherBegin
}

const byOrder = (a: PlacedRate, b: PlacedRate): number =>
  Number(a.compound ?? false) - Number(b.compound ?? false)
  || (a.position ?? 0) - (b.position ?? 0)
  || (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1)
