/**
 * The operations of the REST API that the page calls, by the names that the typed client has for them. Their requests and
 * answers are typed by that client's own types, of which nothing is loaded.
 */
import type { Client } from "@stoa/http/client";
/** Method and path below the API's prefix. A test holds them to the document of the API. */
export declare const operations: {
    readonly "auth.login": "POST /auth/login";
    readonly "auth.startPasswordless": "POST /auth/passwordless/start";
    readonly "auth.verifyPasswordless": "POST /auth/passwordless/verify";
    readonly "auth.logout": "POST /auth/logout";
    readonly "mfa.verify": "POST /auth/mfa/verify";
    readonly "me.get": "GET /me";
    readonly "administration.getSettings": "GET /admin/settings";
    readonly "analytics.dashboard": "GET /admin/dashboard";
    readonly "analytics.trends": "GET /admin/dashboard/trends";
    readonly "analytics.topOfDashboard": "GET /admin/dashboard/top-products";
    readonly "adminOrders.list": "GET /admin/orders";
};
export type Operation = keyof typeof operations;
type Method<K extends Operation> = K extends `${infer Group}.${infer Name}` ? Group extends keyof Client ? Name extends keyof Client[Group] ? Client[Group][Name] : never : never : never;
/** What an operation is asked with: `params`, `query` and `payload`, as it has them. */
export type Request<K extends Operation> = Method<K> extends (request: infer R, ...rest: never) => unknown ? Exclude<R, undefined> : never;
/** What an operation answers. */
export type Answer<K extends Operation> = Method<K> extends (...args: never) => Promise<infer A> ? A : never;
export {};
//# sourceMappingURL=Operations.d.ts.map