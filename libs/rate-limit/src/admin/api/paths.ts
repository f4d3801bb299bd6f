/** Paths below the mount path of the admin module, without a leading slash. `:name` is to be URI-encoded. */
export const ADMIN_PATHS = {
  /** GET `Bootstrap`. */
  bootstrap: 'api/bootstrap',
  /** POST `LoginRequest` → `Session`, with the session's cookie; DELETE ends it → 204. Token mode only. */
  session: 'api/session',
  /** GET `Overview`. */
  overview: 'api/overview',
  /** GET server-sent events: `frame` with a `LiveFrame`, once a second. */
  stream: 'api/stream',
  /** GET `PolicyList`. */
  policies: 'api/policies',
  /** GET `PolicyDetail`. */
  policy: 'api/policies/:name',
  /** GET `TrafficSeries`; query `TrafficQuery`. Without `policy` of everything. */
  traffic: 'api/traffic',
  /** GET `KeyInspection`; query `key`: a `KeyView.ref`, or an identity such as `user:42` as an operator types it. */
  inspect: 'api/keys/inspect',
  /** GET `KeyList`; query `KeySearchQuery`: known keys (blocked, listed, overridden) that begin with a text, or whose value does. */
  keys: 'api/keys',
  /** POST `ResetRequest` → `ResetResult`. */
  reset: 'api/keys/reset',
  /** GET `BlockedList`; query `BlockedQuery`. */
  blocked: 'api/blocked',
  /** GET `EntryList`; query `EntryQuery`. POST `EntryCreate` → 201 `ListEntry`. */
  entries: 'api/entries',
  /** GET `ListEntry`; PATCH `EntryUpdate` (If-Match) → `ListEntry`; DELETE `ReasonBody` (If-Match) → 204. */
  entry: 'api/entries/:id',
  /** POST `EntryPreviewRequest` → `EntryPreview`. */
  entryPreview: 'api/entries/preview',
  /** GET `OverrideList`; query `OverrideQuery`. POST `OverrideCreate` → 201 `Override`. */
  overrides: 'api/overrides',
  /** GET `OverrideDetail`; PUT `OverrideUpdate` (If-Match) → `Override`; DELETE `ReasonBody` (If-Match) → 204. */
  override: 'api/overrides/:id',
  /** POST `RollbackRequest` (If-Match) → `Override`: an earlier revision again, as a new one. */
  rollback: 'api/overrides/:id/rollback',
  /** GET `RecordingStatus`; PUT `RecordingUpdate` → `RecordingStatus`. */
  recording: 'api/recording',
  /** POST `SimulationRequest` → `SimulationResult`. */
  simulate: 'api/simulate',
  /** GET `AuditPage`; query `AuditQuery`. */
  audit: 'api/audit',
  /** GET a file; query `AuditQuery` and `format=csv|json`. */
  auditExport: 'api/audit/export',
  /** GET `AuditEntry`. */
  auditEntry: 'api/audit/:id',
  /** GET `SystemStatus`. */
  system: 'api/system',
} as const;

/** Every request that is not GET carries this header with the value `1`, and `Content-Type: application/json`. */
export const ADMIN_HEADER = 'X-RateLimit-Admin';
/** Name of the event that carries a `LiveFrame`. */
export const FRAME_EVENT = 'frame';
