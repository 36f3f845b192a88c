/**
 * Who says whether a VAT id is somebody's.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

export interface VatRegister {
  /**
   * Whether a number, in capitals and with the letters of its member state, is registered now. A failure, or no answer
   * within the time limit of whoever asks, means that it is not known.
   */
  readonly isRegistered: (number: string) => Effect.Effect<boolean, unknown>
}

/** Asks nobody, and knows of no number, unless a host says otherwise. */
export const VatRegister: Context.Reference<VatRegister> = Context.Reference<VatRegister>("@stoa/core/tax/VatRegister", {
  defaultValue: () => ({ isRegistered: () => Effect.fail("no register of VAT ids is configured") })
})
