import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { MailDeliveryId } from "./MailDelivery.ts"

const mail = Schema.Struct({ deliveryId: MailDeliveryId, template: Schema.String })

/** An address will never take a mail, so none is sent to it any more. */
export const MailBounced = DomainEvent.define("mail.bounced", mail)
/** A reader called a mail spam, and gets none any more that could be done without. */
export const MailComplained = DomainEvent.define("mail.complained", mail)
