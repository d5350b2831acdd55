/**
 * Every code of the system with its HTTP status. `retryable`: the same request may succeed later, unchanged.
 * Codes that only ever appear inside a run have the status their workflow would answer with.
 */
export const CODES = {
  // request
  bad_json: { status: 400, retryable: false },
  invalid_request: { status: 400, retryable: false },
  body_too_large: { status: 413, retryable: false },
  unsupported_media_type: { status: 415, retryable: false },
  method_not_allowed: { status: 405, retryable: false },
  not_found: { status: 404, retryable: false },
  bad_origin: { status: 403, retryable: false },
  rate_limited: { status: 429, retryable: true },
  idempotency_mismatch: { status: 409, retryable: false },
  request_in_progress: { status: 409, retryable: true },
  internal: { status: 500, retryable: true },
  // access
  unauthenticated: { status: 401, retryable: false },
  bad_credentials: { status: 401, retryable: false },
  email_taken: { status: 409, retryable: false },
  weak_password: { status: 400, retryable: false },
  role_forbidden: { status: 403, retryable: false },
  // messages and projects
  message_empty: { status: 400, retryable: false },
  message_too_long: { status: 413, retryable: false },
  director_busy: { status: 409, retryable: true },
  project_deleted: { status: 404, retryable: false },
  // files
  file_missing: { status: 400, retryable: false },
  file_empty: { status: 422, retryable: false },
  file_too_large: { status: 413, retryable: false },
  file_type_unsupported: { status: 415, retryable: false },
  file_mislabelled: { status: 415, retryable: false },
  file_broken: { status: 422, retryable: false },
  file_zip_bomb: { status: 422, retryable: false },
  file_encrypted: { status: 422, retryable: false },
  file_too_large_to_read: { status: 422, retryable: false },
  file_exists: { status: 409, retryable: false },
  path_invalid: { status: 422, retryable: false },
  folder_into_itself: { status: 409, retryable: false },
  storage_full: { status: 413, retryable: false },
  too_many_uploads: { status: 429, retryable: true },
  upload_part_invalid: { status: 422, retryable: false },
  upload_part_differs: { status: 409, retryable: false },
  upload_incomplete: { status: 409, retryable: false },
  upload_differs: { status: 422, retryable: false },
  // plan
  plan_empty: { status: 422, retryable: false },
  plan_too_large: { status: 422, retryable: false },
  plan_duplicate_id: { status: 422, retryable: false },
  plan_missing_dependency: { status: 422, retryable: false },
  plan_cycle: { status: 422, retryable: false },
  plan_orphan: { status: 422, retryable: false },
  plan_no_work: { status: 422, retryable: false },
  plan_no_review: { status: 422, retryable: false },
  plan_unknown_service: { status: 422, retryable: false },
  plan_stale: { status: 409, retryable: false },
  plan_not_ready: { status: 409, retryable: true },
  plan_already_approved: { status: 409, retryable: false },
  plan_unreadable: { status: 502, retryable: true },
  cap_too_low: { status: 422, retryable: false },
  // run control
  workflow_finished: { status: 409, retryable: false },
  workflow_not_running: { status: 409, retryable: false },
  workflow_not_paused: { status: 409, retryable: false },
  nothing_to_retry: { status: 409, retryable: false },
  question_closed: { status: 409, retryable: false },
  approval_closed: { status: 409, retryable: false },
  stale_version: { status: 409, retryable: true },
  workflow_busy: { status: 409, retryable: true },
  // checkpoints
  nothing_to_promote: { status: 409, retryable: false },
  snapshot_invalid: { status: 422, retryable: false },
  framework_unknown: { status: 422, retryable: false },
  // money
  cap_reached: { status: 402, retryable: false },
  project_budget_exhausted: { status: 402, retryable: false },
  budget_too_low: { status: 422, retryable: false },
  director_daily_cap: { status: 429, retryable: true },
  // model
  model_unauthorized: { status: 502, retryable: false },
  model_rate_limited: { status: 503, retryable: true },
  model_overloaded: { status: 503, retryable: true },
  model_server_error: { status: 502, retryable: true },
  model_stream_cut: { status: 502, retryable: true },
  model_stalled: { status: 504, retryable: true },
  model_refused: { status: 422, retryable: false },
  model_bad_request: { status: 502, retryable: false },
  model_unreachable: { status: 502, retryable: true },
  model_empty_answer: { status: 502, retryable: true },
  model_bad_tool_call: { status: 502, retryable: true },
  model_cancelled: { status: 409, retryable: false },
  model_no_credit: { status: 502, retryable: false },
  model_misconfigured: { status: 500, retryable: false },
  model_max_tokens: { status: 502, retryable: true },
  // steps
  step_too_many_turns: { status: 500, retryable: true },
  step_no_evidence: { status: 500, retryable: true },
  step_rejected: { status: 500, retryable: true },
  step_failed: { status: 500, retryable: false },
  sandbox_unavailable: { status: 503, retryable: true },
  result_too_large: { status: 413, retryable: false },
  storage_error: { status: 500, retryable: true },
  // the log
  log_damaged: { status: 409, retryable: false },
  // outside services
  service_unreachable: { status: 502, retryable: true },
  service_rate_limited: { status: 503, retryable: true },
  service_refused: { status: 422, retryable: false },
  service_unauthorized: { status: 502, retryable: false },
  service_moved: { status: 502, retryable: false },
  service_not_connected: { status: 409, retryable: false },
  service_undo_unavailable: { status: 409, retryable: false },
  // what is shown to others
  site_not_publishable: { status: 422, retryable: false },
  site_files_changed: { status: 409, retryable: false },
  sites_full: { status: 409, retryable: false },
  workflow_not_finished: { status: 409, retryable: false },
  shares_full: { status: 409, retryable: false },
  share_closed: { status: 404, retryable: false },
  // what was done outside
  approval_arguments_invalid: { status: 422, retryable: false },
  approver_left: { status: 409, retryable: false },
  nothing_to_undo: { status: 409, retryable: false },
  undo_impossible: { status: 409, retryable: false },
  undo_unknown: { status: 502, retryable: false },
} as const satisfies Record<string, { status: number; retryable: boolean }>;

export type ProblemCode = keyof typeof CODES;
type CodeThat<Retryable extends boolean> = {
  [Code in ProblemCode]: (typeof CODES)[Code]["retryable"] extends Retryable ? Code : never;
}[ProblemCode];
/** The same, unchanged, may succeed later. */
export type RetryableCode = CodeThat<true>;
/** Trying again unchanged is pointless: something has to change first. */
export type TerminalCode = CodeThat<false>;
