import type { Ddl } from "../Dialect.ts"

/** Referrals, and points that no order gave: lots of points get an id of their own. */
export const up = (d: Ddl): ReadonlyArray<string> => [
  `CREATE TABLE loyalty_lots_by_id (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    order_id ${d.text} REFERENCES orders (id),
    customer_id ${d.text} NOT NULL,
    state ${d.text} NOT NULL,
    earned ${d.int} NOT NULL CHECK (earned >= 0),
    points ${d.int} NOT NULL CHECK (points >= 0),
    spent ${d.int} NOT NULL CHECK (spent >= 0),
    expires_at ${d.text},
    earned_at ${d.text} NOT NULL
  )${d.strict}`,
  `INSERT INTO loyalty_lots_by_id (id, store_id, order_id, customer_id, state, earned, points, spent, expires_at, earned_at)
    SELECT order_id, store_id, order_id, customer_id, state, earned, points, spent, expires_at, earned_at FROM loyalty_lots`,
  "DROP TABLE loyalty_lots",
  "ALTER TABLE loyalty_lots_by_id RENAME TO loyalty_lots",
  "CREATE INDEX loyalty_lots_by_customer ON loyalty_lots (store_id, customer_id, earned_at)",
  `CREATE TABLE referral_programs (
    store_id ${d.text} PRIMARY KEY,
    program ${d.json} NOT NULL,
    version ${d.int} NOT NULL,
    updated_at ${d.text} NOT NULL
  )${d.strict}`,
  `CREATE TABLE referral_codes (
    store_id ${d.text} NOT NULL,
    customer_id ${d.text} NOT NULL,
    code ${d.text} NOT NULL,
    created_at ${d.text} NOT NULL,
    PRIMARY KEY (store_id, customer_id),
    UNIQUE (store_id, code)
  )${d.strict}`,
  `CREATE TABLE referrals (
    id ${d.text} PRIMARY KEY,
    store_id ${d.text} NOT NULL,
    referrer_id ${d.text} NOT NULL,
    friend_id ${d.text} NOT NULL,
    state ${d.text} NOT NULL,
    order_id ${d.text} REFERENCES orders (id),
    due_at ${d.text},
    rewarded_at ${d.text},
    referrer_reward ${d.json},
    friend_reward ${d.json},
    doubt ${d.text},
    version ${d.int} NOT NULL,
    created_at ${d.text} NOT NULL,
    updated_at ${d.text} NOT NULL,
    UNIQUE (store_id, friend_id),
    CHECK (referrer_id <> friend_id)
  )${d.strict}`,
  "CREATE INDEX referrals_by_referrer ON referrals (store_id, referrer_id, id)",
  "CREATE INDEX referrals_by_order ON referrals (order_id) WHERE order_id IS NOT NULL",
  "CREATE INDEX referrals_due ON referrals (store_id, due_at) WHERE state = 'waiting'"
]
