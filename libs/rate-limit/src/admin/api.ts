/**
 * The admin API on the wire: its paths, requests and answers. Nothing here depends on the library, so that a user
 * interface can take it as it is. Times are Unix milliseconds by the clock of the server that answers (`…AtMs`), lengths
 * of time are milliseconds (`…Ms`); keys come as `KeyView`.
 */
export * from './api/paths';
export type * from './api/common';
export type * from './api/session';
export type * from './api/traffic';
export type * from './api/policies';
export type * from './api/overrides';
export type * from './api/lists';
export type * from './api/keys';
export type * from './api/simulation';
export type * from './api/audit';
export type * from './api/system';
