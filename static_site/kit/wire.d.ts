/** What the API takes and gives, by method and address. A page that reads another field fails the check of types. */
import type { components, paths } from "../../.local/build/api";

type Pattern<P extends string> = P extends `${infer Before}{${string}}${infer After}`
  ? `${Before}${string}${Pattern<After>}`
  : P;
type Bare<P extends string> = P extends `${infer Path}?${string}` ? Path : P;
/** The route of an address: the one whose pattern is the same, not only one that matches. */
type Route<P extends string> = {
  [K in keyof paths & string]: [P] extends [Pattern<K>] ? ([Pattern<K>] extends [P] ? K : never) : never;
}[keyof paths & string];
type Content<T> = T extends { content: infer C } ? C[keyof C] : never;
type Good<R> = R extends { 200: infer A } ? Content<A> : R extends { 201: infer A } ? Content<A> : never;
type Operation<M extends Method, P extends string> = paths[Route<`/v1${Bare<P>}`>][Lowercase<M>];

export type Method = "GET" | "POST" | "PUT";
/** `path` below /api/v1, with or without a query. */
export type Answer<M extends Method, P extends string> = P extends string
  ? Operation<M, P> extends { responses: infer R }
    ? Good<R>
    : never
  : never;
export type Body<M extends Method, P extends string> = P extends string
  ? Operation<M, P> extends { requestBody?: infer B }
    ? Content<NonNullable<B>>
    : never
  : never;
export type Headers = Record<string, string>;
/** The parts of requests and answers by name, for functions that take them. */
export type Schemas = components["schemas"];
