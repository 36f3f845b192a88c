/**
 * The smallest value of a function of several numbers, by the simplex method of Nelder and Mead (1965), which needs no
 * derivatives.
 */

interface Corner {
  readonly at: ReadonlyArray<number>
  readonly value: number
}

const mix = (a: ReadonlyArray<number>, b: ReadonlyArray<number>, weight: number): ReadonlyArray<number> =>
  a.map((one, index) => one + weight * ((b[index] ?? 0) - one))

/** Looks from `start` on, at most so many steps, and says where it ended. */
export const near = (
  start: ReadonlyArray<number>,
  of: (at: ReadonlyArray<number>) => number,
  steps = 200
): ReadonlyArray<number> => {
  const looking = looks(start, of, steps)
  for (;;) {
    const { done, value } = looking.next()
    if (done) return value
  }
}

/** The same, where somebody else wants a turn after each step. */
export function* looks(
  start: ReadonlyArray<number>,
  of: (at: ReadonlyArray<number>) => number,
  steps: number
): Generator<void, ReadonlyArray<number>, void> {
  const corner = (at: ReadonlyArray<number>): Corner => ({ at, value: of(at) })
  const corners = [corner(start), ...start.map((_, index) => corner(start.map((one, other) => other === index ? one + 1 : one)))]
  for (let step = 0; step < steps; step++) {
    yield
    corners.sort((a, b) => a.value - b.value)
    const [best, worst, next] = [corners[0], corners.at(-1), corners.at(-2)]
    if (best === undefined || worst === undefined || next === undefined) break
    if (Math.abs(worst.value - best.value) <= 1e-9 * (Math.abs(best.value) + 1e-9)) break
    const centre = start.map((_, index) => corners.slice(0, -1).reduce((sum, { at }) => sum + (at[index] ?? 0), 0) / start.length)
    const reflected = corner(mix(centre, worst.at, -1))
    let chosen = reflected
    if (reflected.value < best.value) {
      const expanded = corner(mix(centre, worst.at, -2))
      chosen = expanded.value < reflected.value ? expanded : reflected
    } else if (reflected.value >= next.value) {
      const contracted = corner(mix(centre, reflected.value < worst.value ? reflected.at : worst.at, 0.5))
      if (contracted.value >= Math.min(worst.value, reflected.value)) {
        for (let index = 1; index < corners.length; index++) corners[index] = corner(mix(best.at, corners[index]?.at ?? best.at, 0.5))
        continue
      }
      chosen = contracted
    }
    corners[corners.length - 1] = chosen
  }
  return corners.reduce((best, one) => one.value < best.value ? one : best).at
}
