/**
 * The port that says roughly where a network address is: a database on this machine, or a service. Sign-ins and
 * sessions show the place, and one that nobody could have travelled to in the time is a sign of theft; rules against fraud
 * compare its country with those of an order and its card. Without a locator, places are unknown and count for nothing.
 *
 * **Example**
 *
 * ```ts
 * const placeLocator: PlaceLocator = {
 *   locate: (address) =>
 *     Effect.sync(() => {
 *       const found = cities.get(address)
 *       return found === null ? undefined : { name: `${found.city}, ${found.country}`, country: found.country, ...found.location }
 *     })
 * }
 * ```
 */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** A coarse place: a town or a country, never a street. */
export interface Place {
  /** What its people know it by: `"Portland, US"`. At most 200 characters are kept. */
  readonly name: string
  /** ISO 3166-1, two capital letters: `"US"`. Without it, rules against fraud do not know the country. */
  readonly country?: string
  /** In degrees. Without both, nothing is said of travel. */
  readonly latitude?: number
  readonly longitude?: number
}

export interface PlaceLocator {
  /**
   * Where an address is; `undefined` where that is not known. It is asked at every sign-in and refresh, and before an order
   * is paid where a rule of the store needs it, never inside of a transaction. A failure, or no answer within a second,
   * counts as not known.
   */
  readonly locate: (address: string) => Effect.Effect<Place | undefined, unknown>
}

/** Read when the services are built. Knows no place unless one is given. */
export const PlaceLocator: Context.Reference<PlaceLocator> = Context.Reference<PlaceLocator>(
  "@stoa/core/kernel/PlaceLocator",
  { defaultValue: () => ({ locate: () => Effect.undefined }) }
)

/** How long a locator may take. */
const timeLimit = Duration.seconds(1)

const kept = ({ country, name, ...coordinates }: Place): Place => ({
  ...coordinates,
  name: name.slice(0, 200),
  ...(country !== undefined && /^[A-Za-z]{2}$/.test(country) ? { country: country.toUpperCase() } : {})
})

/** Asks a locator, whatever it does. */
export const locate = (locator: PlaceLocator) => (address: string | null): Effect.Effect<Place | undefined> =>
  address === null ? Effect.undefined : Effect.suspend(() => locator.locate(address)).pipe(
    Effect.timeout(timeLimit),
    Effect.map((place) => place === undefined ? undefined : kept(place)),
    Effect.catchCause((cause) =>
      Cause.hasInterruptsOnly(cause)
        ? Effect.interrupt
        // the cause may quote the address, so it is not logged
        : Effect.as(Effect.logWarning("The locator of places gave no answer"), undefined)
    )
  )

const radians = (degrees: number): number => degrees * Math.PI / 180

/** Kilometres between two places on the globe (the haversine formula); `undefined` where one has no coordinates. */
export const distance = (from: Place, to: Place): number | undefined => {
  if (
    from.latitude === undefined || from.longitude === undefined || to.latitude === undefined || to.longitude === undefined
  ) return undefined
  const half = Math.sin(radians(to.latitude - from.latitude) / 2) ** 2
    + Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude))
      * Math.sin(radians(to.longitude - from.longitude) / 2) ** 2
  return 2 * 6_371 * Math.asin(Math.min(1, Math.sqrt(half)))
}
