/**
 * What a card is known by here. Apart from `Card.ts`, which browsers load as well.
 */
import * as Secret from "../kernel/Secret.ts"

/** A hash of what a gateway calls a card, which no gateway knows and no answer shows. */
export const keyOf = (gateway: string, fingerprint: string): string => Secret.hash(`card ${gateway} ${fingerprint}`)
