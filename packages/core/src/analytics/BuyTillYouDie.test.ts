import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Chance from "../testing/simulation/Chance.ts"
import * as BuyTillYouDie from "./BuyTillYouDie.ts"

/** What the paper has found for the buyers of an online music shop. */
const cdNow = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 }

const chance = Chance.make(21)
const uniform = () => (1 + chance.below(1_000_000_000)) / 1_000_000_001
/** Waiting until something happens that happens so often. */
const wait = (rate: number) => -Math.log(uniform()) / rate
const gamma = (shape: number, rate: number) => Array.from({ length: shape }, () => wait(rate)).reduce((sum, one) => sum + one, 0)

/** Somebody of whom 52 weeks are known, and how often they come back in the 52 after. */
const person = ({ a, alpha, b, r }: BuyTillYouDie.Model) => {
  const rate = gamma(r, alpha)
  const [left, stayed] = [gamma(a, 1), gamma(b, 1)]
  const leaves = left / (left + stayed)
  let [at, again, last, later] = [0, 0, 0, 0]
  for (let stays = true; stays;) {
    at += wait(rate)
    if (at > 104) break
    if (at <= 52) [again, last] = [again + 1, at]
    else later++
    stays = uniform() >= leaves
  }
  return { seen: { again, last, known: 52 }, later }
}

describe("buyers who come back", () => {
  it("are expected as often as the authors of the model say", () => {
    // Fader, Hardie and Lee, Implementing the BG/NBD Model for Customer Base Analysis in Excel (2005)
    assert.closeTo(BuyTillYouDie.expected(cdNow, { again: 2, last: 30.43, known: 38.86 }, 39), 1.226, 0.002)
    assert.closeTo(BuyTillYouDie.expected(cdNow, { again: 0, last: 0, known: 38.86 }, 0), 0, 1e-9)
  })

  it("are found to be as those were that the model is told of, and come as often as it expects", async () => {
    const truth = { r: 1, alpha: 8, a: 1, b: 3 }
    const people = Array.from({ length: 3_000 }, () => person(truth))
    const seen = people.map((one) => one.seen)
    const model = await Effect.runPromise(BuyTillYouDie.fit(seen))
    assert.closeTo(model.r / model.alpha, truth.r / truth.alpha, 0.015)
    const expected = seen.reduce((sum, one) => sum + BuyTillYouDie.expected(model, one, 52), 0)
    const came = people.reduce((sum, { later }) => sum + later, 0)
    assert.closeTo(expected / came, 1, 0.08)
  })
})
