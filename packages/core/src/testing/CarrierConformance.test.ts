import * as Effect from "effect/Effect"
import { carrierConformance } from "./CarrierConformance.ts"
import * as ParcelCarrier from "./ParcelCarrier.ts"

carrierConformance({
  name: "on this machine",
  service: "standard",
  signsTime: true,
  open: Effect.map(ParcelCarrier.open(), (fake) => ({
    carrier: fake.carrier,
    labels: Effect.sync(() => fake.labels),
    fail: fake.server.fail,
    happen: fake.happen,
    sign: fake.sign,
    secrets: fake.secrets
  }))
})
