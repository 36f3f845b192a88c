import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

export class ReturnLabelNotFound extends StoaError<ReturnLabelNotFound>()("ReturnLabelNotFound", {
  code: "return_label_not_found",
  kind: "not_found"
}, { label: Schema.String }) {
  override get message(): string {
    return `There is no return label ${this.label}, or it has no file`
  }
}

/** The return has a label, or one is being bought. */
export class ReturnLabelTaken extends StoaError<ReturnLabelTaken>()("ReturnLabelTaken", {
  code: "return_label_taken",
  kind: "conflict"
}, { returnId: Schema.String }) {
  override get message(): string {
    return `The return ${this.returnId} has a label; give that back first`
  }
}

/** Nobody has said what some of the pieces weigh, so whoever buys the label says which parcels there are (`parcels`). */
export class ReturnLabelNeedsParcels extends StoaError<ReturnLabelNeedsParcels>()("ReturnLabelNeedsParcels", {
  code: "return_label_needs_parcels",
  kind: "conflict"
}, { returnId: Schema.String, variantIds: Schema.Array(Schema.String) }) {
  override get message(): string {
    return `What is sent back weighs nobody knows how much: say which parcels there are`
  }
}

/**
 * No label is to be had, or given back. `not_approved`: nobody waits for the pieces, or not any more. `no_address`: the order went
 * nowhere. `not_bought`: there is none to give back.
 */
export class ReturnLabelNotPossible extends StoaError<ReturnLabelNotPossible>()("ReturnLabelNotPossible", {
  code: "return_label_not_possible",
  kind: "conflict"
}, { reason: Schema.Literals(["not_approved", "no_address", "not_bought"]) }) {
  override get message(): string {
    switch (this.reason) {
      case "not_approved":
        return "There is no label for a return that is not approved; approve it first"
      case "no_address":
        return "The order has no address that the return could be sent from"
      case "not_bought":
        return "The label was not bought, so it cannot be given back"
    }
  }
}
