import type { ProblemCode } from "../codes.ts";
import { EN_OUTSIDE } from "./en-outside.ts";
import type { Entry } from "./entry.ts";

export const EN: Readonly<Record<ProblemCode, Entry>> = {
  ...EN_OUTSIDE,
  bad_json: {
    title: "The request could not be read",
    detail: "What was sent is not valid JSON.",
    doing: "Nothing was changed. Send it again as JSON.",
  },
  invalid_request: {
    title: "Something in the request is missing or wrong",
    detail: "Please check: {fields}.",
    doing: "Nothing was changed. Correct it and send it again.",
  },
  body_too_large: {
    title: "That is too large",
    detail: "At most {max} can be sent at once.",
    doing: "Nothing was changed. Send less, or in parts.",
  },
  unsupported_media_type: {
    title: "This kind of request is not understood",
    detail: "Send JSON (content type application/json).",
    doing: "Nothing was changed.",
  },
  method_not_allowed: {
    title: "That cannot be done here",
    detail: "This address does not offer that action.",
    doing: "Nothing was changed.",
  },
  not_found: {
    title: "Not found",
    detail: "It does not exist, or you do not have access to it.",
    doing: "Check the link, or ask the owner for access.",
  },
  bad_origin: {
    title: "The request came from another site",
    detail: "For your safety, changes are accepted from Nexus itself only.",
    doing: "Nothing was changed. Open Nexus and try again.",
  },
  rate_limited: {
    title: "A little too fast",
    detail: "There were many requests in a short time.",
    doing: "Please wait a moment; nothing was lost.",
    etaSeconds: 60,
  },
  idempotency_mismatch: {
    title: "This request was already used",
    detail: "The same key was sent before with different content.",
    doing: "Nothing was changed. Use a new key.",
  },
  request_in_progress: {
    title: "This request is still being worked on",
    detail: "The same key was sent a moment ago and has no answer yet.",
    doing: "It is going on. Ask again shortly with the same key.",
    etaSeconds: 2,
  },
  internal: {
    title: "Something went wrong on our side",
    detail: "The step could not be carried out.",
    doing: "It was recorded. What you entered is kept; please try again.",
    etaSeconds: 30,
  },
  unauthenticated: {
    title: "Please sign in",
    detail: "You are not signed in, or your session has ended.",
    doing: "Sign in to go on; your drafts are kept.",
  },
  bad_credentials: {
    title: "E-mail or password is not right",
    detail: "No account matches this e-mail and password.",
    doing: "Check both and try again.",
  },
  email_taken: {
    title: "This e-mail cannot be used",
    detail: "An account with this e-mail may already exist.",
    doing: "Sign in instead, or use another e-mail.",
  },
  weak_password: {
    title: "Please choose a stronger password",
    detail: "Use at least 8 characters, and not a common password.",
    doing: "Nothing was saved yet.",
  },
  role_forbidden: {
    title: "Your role does not allow this",
    detail: "You are a {role} in this project.",
    doing: "Ask the owner of the project if you need it.",
  },
  message_empty: {
    title: "The message is empty",
    detail: "Write what you need, or attach a file.",
    doing: "Nothing was sent.",
  },
  message_too_long: {
    title: "The message is too long",
    detail: "A message can have up to {max} characters; this one has {length}.",
    doing: "Your text is kept. Shorten it, or attach it as a file.",
  },
  director_busy: {
    title: "Still answering your last message",
    detail: "One message is answered at a time.",
    doing: "The answer is on its way; then send the next one.",
    etaSeconds: 10,
  },
  project_deleted: {
    title: "This project was deleted",
    detail: "Its work was stopped and its content is being erased.",
    doing: "Choose another project.",
  },
  file_missing: { title: "No file arrived", detail: "The upload held no file.", doing: "Choose a file and try again." },
  file_empty: {
    title: "The file is empty",
    detail: "“{name}” has no content.",
    doing: "Nothing was stored. Check the file and upload it again.",
  },
  file_too_large: {
    title: "The file is too large",
    detail: "Files can have up to {max}.",
    doing: "Nothing was stored. Upload a smaller file or split it.",
  },
  file_type_unsupported: {
    title: "This kind of file is not supported",
    detail:
      "“{name}” cannot be taken. Supported: CSV, TSV, XLSX, PDF, DOCX, PPTX, TXT, MD, HTML, CSS, JSON, XML, YAML, SQL and code, PNG, JPEG, GIF, WEBP, SVG, MP3, WAV, OGG, FLAC, MP4, WEBM, ZIP, GZ.",
    doing: "Nothing was stored. Save it in one of these formats and upload it again.",
  },
  file_mislabelled: {
    title: "The file is not what its name says",
    detail: "The content of “{name}” is of another kind than its name.",
    doing: "Nothing was stored. Save it again from its program and upload that.",
  },
  file_broken: {
    title: "The file is damaged",
    detail: "“{name}” could not be read to the end.",
    doing: "Nothing was stored. Export or download it again and upload that.",
  },
  file_zip_bomb: {
    title: "The file unpacks to far too much",
    detail: "“{name}” would grow beyond any reasonable size, so it was not opened.",
    doing: "Nothing was stored.",
  },
  file_encrypted: {
    title: "The file is protected by a password",
    detail: "“{name}” cannot be opened without its password.",
    doing: "Nothing was stored. Remove the protection and upload it again.",
  },
  file_too_large_to_read: {
    title: "Kept, but too large for the agents to read",
    detail: "“{name}” is stored whole and can be downloaded. Agents read files of up to {max}.",
    doing: "To have it used in a task, upload the part that matters as a file of its own.",
  },
  file_exists: {
    title: "That name is taken",
    detail: "There is already something called “{name}” in this folder.",
    doing: "Nothing was changed. Choose another name or another folder.",
  },
  path_invalid: {
    title: "That is not a name we can use",
    detail: "A name needs at least one visible character and no slash; folders go at most 20 deep.",
    doing: "Nothing was changed. Choose a simpler name.",
  },
  folder_into_itself: {
    title: "A folder cannot be moved into itself",
    detail: "The new place lies inside the folder that is to be moved.",
    doing: "Nothing was changed. Choose a place outside of it.",
  },
  storage_full: {
    title: "The project's storage is full",
    detail: "{used} of {max} are used, earlier versions and the bin included.",
    doing: "Nothing was stored. Empty the bin or delete what is no longer needed, then try again.",
  },
  too_many_uploads: {
    title: "Too many uploads at once",
    detail: "This project has {max} uploads that have not ended.",
    doing: "Let them end, or cancel some of them.",
  },
  upload_part_invalid: {
    title: "That part does not fit this upload",
    detail: "Parts are numbered from 1 to {parts}; this one has to have {size} bytes.",
    doing: "The part was not kept. What came before it is still there.",
  },
  upload_part_differs: {
    title: "The file changed while it was being uploaded",
    detail: "Part {part} was sent before with other content.",
    doing: "Start the upload again with the file as it is now.",
  },
  upload_incomplete: {
    title: "Parts of the file are missing",
    detail: "{missing} of {parts} parts have not arrived yet.",
    doing: "What arrived is kept. Send the missing parts, then finish again.",
  },
  upload_differs: {
    title: "The file did not arrive as it was sent",
    detail: "“{name}” does not match the checksum it was announced with.",
    doing: "Nothing was stored. Upload it again.",
  },
  plan_empty: {
    title: "The plan has no steps",
    detail: "A plan needs at least one step of work and one check.",
    doing: "The plan was left as it was.",
  },
  plan_too_large: {
    title: "The plan has too many steps",
    detail: "A plan can have up to {max} steps.",
    doing: "The plan was left as it was.",
  },
  plan_duplicate_id: {
    title: "Two steps have the same id",
    detail: "The id “{nodeId}” is used twice.",
    doing: "The plan was left as it was.",
  },
  plan_missing_dependency: {
    title: "A step needs one that is not there",
    detail: "“{nodeId}” builds on “{dependsOn}”, which is not in the plan.",
    doing: "The plan was left as it was. Keep that step, or tie “{nodeId}” to another one.",
  },
  plan_cycle: {
    title: "Steps wait for each other",
    detail: "These steps would wait for each other forever: {nodeIds}.",
    doing: "The plan was left as it was. Remove one of these links.",
  },
  plan_orphan: {
    title: "A step is not connected",
    detail: "“{nodeId}” has no link to the rest of the plan, so its result would go nowhere.",
    doing: "The plan was left as it was. Link it to a step before or after it.",
  },
  plan_no_work: {
    title: "The plan would produce nothing",
    detail: "At least one step of the building stage is needed.",
    doing: "The plan was left as it was.",
  },
  plan_no_review: {
    title: "Someone must check the work",
    detail: "No agent marks its own work done, so a plan keeps at least one review step.",
    doing: "The plan was left as it was.",
  },
  plan_unknown_service: {
    title: "A step names a service that is not there",
    detail: "The step “{nodeId}” wants to reach “{service}”, which is not connected here.",
    doing: "The plan was left as it was. Take the service out of the step, or have it connected.",
  },
  plan_stale: {
    title: "The plan has changed meanwhile",
    detail: "You acted on version {planVersion}; the plan is now at version {current}.",
    doing: "Nothing was changed. Look at the new plan, then decide.",
  },
  plan_not_ready: {
    title: "The plan is not ready yet",
    detail: "The agents are still working it out.",
    doing: "It will appear here by itself.",
    etaSeconds: 20,
  },
  plan_already_approved: {
    title: "The plan is already approved",
    detail: "The work has begun with the approved plan.",
    doing: "Nothing was changed. You can steer, pause or stop the run.",
  },
  plan_unreadable: {
    title: "No usable plan came back",
    detail: "The model's plan could not be used, even after asking again.",
    doing: "The run is paused. Try again, or say what you need in other words.",
  },
  cap_too_low: {
    title: "The limit is too low",
    detail: "At least {min} is needed to begin.",
    doing: "Nothing was started. Choose a higher limit.",
  },
  workflow_finished: {
    title: "This workflow has ended",
    detail: "It is {status}, so it can no longer be changed.",
    doing: "Nothing was changed. Start a new one from the chat.",
  },
  workflow_not_running: {
    title: "This workflow is not running",
    detail: "It is {status} right now.",
    doing: "Nothing was changed.",
  },
  workflow_not_paused: {
    title: "This workflow is not paused",
    detail: "It is {status} right now.",
    doing: "Nothing was changed.",
  },
  nothing_to_retry: {
    title: "There is nothing to try again",
    detail: "No step has failed.",
    doing: "Nothing was changed.",
  },
  question_closed: {
    title: "This question is already answered",
    detail: "It was settled before you: {decision}.",
    doing: "Nothing was changed.",
  },
  approval_closed: {
    title: "This was already decided",
    detail: "It was settled before you: {decision}.",
    doing: "Nothing was changed.",
  },
  stale_version: {
    title: "Something changed at the same moment",
    detail: "Another action came first.",
    doing: "Look again and repeat it if you still want it.",
  },
  workflow_busy: {
    title: "The workflow is in the middle of something",
    detail: "A step is working at this moment, and this can only be done between two pieces of work.",
    doing: "Nothing was changed. Try again in a few seconds, or pause it first.",
    etaSeconds: 10,
  },
  nothing_to_promote: {
    title: "There is no rehearsal to run for real",
    detail: "Only a completed rehearsal that would have written something outside can be run for real.",
    doing: "Nothing was changed. Let the rehearsal come to its end first.",
  },
  snapshot_invalid: {
    title: "This checkpoint cannot be read",
    detail: "What was saved of the run does not have the form that is needed to go on from it.",
    doing: "No run was started. Go on from another checkpoint.",
  },
  framework_unknown: {
    title: "This way of working is not offered here",
    detail: "There is no {name} {version} here.",
    doing: "Nothing was changed. The workflow goes on as before.",
  },
  cap_reached: {
    title: "The approved limit is reached",
    detail: "The next call does not fit into the limit you approved.",
    doing: "Everything is paused and kept. Approve a higher limit to go on, or stop here.",
  },
  project_budget_exhausted: {
    title: "The project's budget is used up",
    detail: "The project has no budget left for this work.",
    doing: "Everything is paused and kept. The owner can raise the budget.",
  },
  budget_too_low: {
    title: "The budget is too low",
    detail: "{minMicros} is already spent or set aside for workflows.",
    doing: "Nothing was changed. Choose at least this much.",
  },
  director_daily_cap: {
    title: "Talking is used up for today",
    detail: "What talking may cost on one day is spent. There is more after midnight UTC (3:00 in Kuwait).",
    doing: "Your message is kept. Workflows go on, and new ones can be started.",
  },
  step_too_many_turns: {
    title: "The step took too many turns",
    detail: "The agent did not come to an end.",
    doing: "It starts again in a different way.",
    etaSeconds: 60,
  },
  step_no_evidence: {
    title: "The step could not prove its result",
    detail: "The agent offered no proof that could be checked.",
    doing: "It starts again in a different way.",
    etaSeconds: 60,
  },
  step_rejected: {
    title: "The review did not accept the result",
    detail: "{reasons}",
    doing: "The step is done again with these remarks.",
    etaSeconds: 60,
  },
  step_failed: {
    title: "A step could not be completed",
    detail: "“{label}” did not succeed after {attempts} attempts.",
    doing: "It needs your decision: try again, leave it out, or stop.",
  },
  result_too_large: {
    title: "A result is too large to be kept",
    detail: "A step or a model gave back more than can be stored and shown as one result.",
    doing: "It was not kept. The step tries with smaller pieces; everything before it stands.",
  },
  log_damaged: {
    title: "The record of this run was damaged",
    detail: "What is stored of the run no longer fits what was written. It can be trusted up to entry {version}.",
    doing:
      "The run was stopped and nothing is overwritten. What is shown is the part that can be trusted; start a new run from one of its steps.",
  },
  storage_error: {
    title: "A file could not be stored or read",
    detail: "The storage did not answer as it should.",
    doing: "We try again by ourselves.",
    etaSeconds: 20,
  },
};
