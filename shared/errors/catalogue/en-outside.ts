import type { ProblemCode } from "../codes.ts";
import type { Entry } from "./entry.ts";

/** Models, the sandbox and outside services: what others do not do for us. */
export const EN_OUTSIDE = {
  model_unauthorized: {
    title: "The AI service does not accept our key",
    detail: "The key of the AI service is missing, wrong or expired.",
    doing: "The run is paused and nothing is lost. The operator must correct the key; then resume.",
  },
  model_rate_limited: {
    title: "The AI service asks us to slow down",
    detail: "Too many requests reached it at once.",
    doing: "We wait and try again by ourselves.",
    etaSeconds: 30,
  },
  model_overloaded: {
    title: "The AI service is busy",
    detail: "It cannot take more work at this moment.",
    doing: "We wait and try again by ourselves.",
    etaSeconds: 60,
  },
  model_server_error: {
    title: "The AI service had a fault",
    detail: "It reported an internal error.",
    doing: "We try again by ourselves.",
    etaSeconds: 20,
  },
  model_stream_cut: {
    title: "The connection to the AI service broke",
    detail: "The answer stopped in the middle.",
    doing: "We ask again by ourselves; what was spent is booked.",
    etaSeconds: 15,
  },
  model_stalled: {
    title: "The AI service went silent",
    detail: "Nothing arrived for {seconds} seconds.",
    doing: "We ask again by ourselves.",
    etaSeconds: 30,
  },
  model_refused: {
    title: "The AI model declined this",
    detail: "It will not work on this request as it is worded.",
    doing: "The run is paused. Change the wording of the step, or leave it out.",
  },
  model_bad_request: {
    title: "The AI service did not accept the request",
    detail: "The request does not fit what the configured model can take.",
    doing: "The run is paused and nothing is lost. The operator should check the model's configuration.",
  },
  model_unreachable: {
    title: "The AI service cannot be reached",
    detail: "No connection could be made.",
    doing: "We try again by ourselves.",
    etaSeconds: 30,
  },
  model_empty_answer: {
    title: "The AI service answered with nothing",
    detail: "An empty answer came back.",
    doing: "We ask again by ourselves.",
    etaSeconds: 15,
  },
  model_bad_tool_call: {
    title: "The AI's answer could not be used",
    detail: "It asked for an action in a form that cannot be read.",
    doing: "We ask again by ourselves.",
    etaSeconds: 15,
  },
  model_cancelled: {
    title: "The question to the AI service was stopped",
    detail: "It was stopped before the answer was complete.",
    doing: "What was spent until then is booked.",
  },
  model_no_credit: {
    title: "The account at the AI service is out of credit",
    detail: "The AI service takes no more work on this account until it is topped up.",
    doing: "The run is paused and nothing is lost. The operator must top up the account; then resume.",
  },
  model_misconfigured: {
    title: "The AI service is not set up correctly",
    detail: "The setting {variable} is missing or wrong.",
    doing: "Nothing was spent. The operator must correct the setting.",
  },
  model_max_tokens: {
    title: "The answer was too long",
    detail: "The AI's answer did not fit into the space it has.",
    doing: "We ask for a shorter one by ourselves.",
    etaSeconds: 20,
  },
  sandbox_unavailable: {
    title: "The workshop for code is not available",
    detail: "Code could not be run at this moment.",
    doing: "We try again by ourselves.",
    etaSeconds: 20,
  },
  service_unreachable: {
    title: "The service could not be reached",
    detail: "{service} does not answer at the moment. Nothing was sent to it.",
    doing: "Nothing changed there. It can be tried again as soon as the service is back.",
    etaSeconds: 300,
  },
  service_rate_limited: {
    title: "The service asks for a pause",
    detail: "{service} takes no more requests right now. It did not carry this one out.",
    doing: "Nothing changed there. It can be tried again in about {seconds} seconds.",
    etaSeconds: 60,
  },
  service_refused: {
    title: "The service refused it",
    detail: "{service} read the request and refused it (answer {status}).",
    doing: "Nothing changed there. Check the values that were sent, then try again.",
  },
  service_unauthorized: {
    title: "The service does not accept our access",
    detail: "{service} refused the credentials that are set up for it (answer {status}).",
    doing: "Nothing changed there. Whoever runs this installation has to renew the credentials.",
  },
  service_moved: {
    title: "The service points to another address",
    detail: "{service} wants the request sent elsewhere (answer {status}). For your safety it was not sent there.",
    doing: "Nothing changed. Whoever runs this installation has to correct the address.",
  },
  service_not_connected: {
    title: "The service is not connected",
    detail: "There are no credentials for {service} here.",
    doing: "Nothing was sent. The work can be rehearsed until the service is connected.",
  },
  service_undo_unavailable: {
    title: "This cannot be taken back from here",
    detail: "{service} offers no way to take this back, or gave no reference for it.",
    doing: "It stays as it is. If it has to go, take it back at the service itself.",
  },
  site_not_publishable: {
    title: "This cannot be published",
    detail: "{reason}",
    doing: "Nothing was published, and what is live stays as it is.",
  },
  site_files_changed: {
    title: "The files have changed since they were shown",
    detail: "What was approved is no longer what the folder holds.",
    doing: "Nothing was published. The step may ask again with the files as they are now.",
  },
  sites_full: {
    title: "This project has as many live sites as it may",
    detail: "{max} sites can be live at once.",
    doing: "Nothing was published. Take a site down that is no longer needed, then try again.",
  },
  workflow_not_finished: {
    title: "The work is not finished yet",
    detail: "By hand only results of finished work can be published.",
    doing: "Nothing was published. Wait for the end, or let the agents publish it.",
  },
  shares_full: {
    title: "There are as many open links to this result as there may be",
    detail: "{max} links to one result can be open at once.",
    doing: "No link was made. Withdraw one that is no longer needed, then try again.",
  },
  share_closed: {
    title: "This link does not open anything",
    detail: "It was mistyped, has expired or was withdrawn.",
    doing: "Ask whoever sent it to you for a new one.",
  },
  approval_arguments_invalid: {
    title: "These values cannot be sent",
    detail: "{reason}",
    doing: "Nothing was sent and nothing was decided. Correct the values and approve again.",
  },
  approver_left: {
    title: "Whoever approved this may no longer do so",
    detail: "The person who approved the plan left the project or may only watch now.",
    doing: "Everything is paused and kept. Look at the plan and let it go on if you stand by it.",
  },
  nothing_to_undo: {
    title: "There is nothing to take back",
    detail: "This run did nothing outside that can be taken back.",
    doing: "Nothing was changed.",
  },
  undo_impossible: {
    title: "This cannot be taken back from here",
    detail: "It was not done by this run, is taken back already, or was never meant to be: {summary}",
    doing: "It stays as it is.",
  },
  undo_unknown: {
    title: "We cannot tell whether it was taken back",
    detail: "The answer was lost: {summary}",
    doing: "Please look at the service itself. You can also have us take it back again.",
  },
} as const satisfies Partial<Record<ProblemCode, Entry>>;
