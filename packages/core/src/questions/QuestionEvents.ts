/**
 * What happens to questions. The subject is the question. None carries what somebody wrote.
 */
import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"

const about = Schema.Struct({ productId: Schema.String, customerId: Schema.String })

export const QuestionAsked = DomainEvent.define("question.asked", about)
/** The shop has answered, for the first time or anew. */
export const QuestionAnswered = DomainEvent.define("question.answered", about)
