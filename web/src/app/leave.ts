import { forget, signOut, signOutEverywhere } from "../api/me.ts";
import { forgetWorkflows } from "../realtime/workflow-live.ts";
import { forgetChats } from "../stores/chat-store.ts";
import { forgetDrafts } from "../stores/draft-store.ts";
import { toastError } from "../stores/toast-store.ts";
import { lastProject } from "./last-project.ts";

let left = false;
/** Whether the last sign-out was asked for: whoever signs in next is not led to where the last person was. */
export const hasLeft = (): boolean => left;
export const hasReturned = (): void => {
  left = false;
};

/** Signs out here, or on every device, and forgets what this person read, wrote and chose here. */
export async function leave(everywhere = false): Promise<void> {
  try {
    await (everywhere ? signOutEverywhere() : signOut());
  } catch (error) {
    toastError(error);
    return;
  }
  left = true;
  forgetChats();
  forgetDrafts();
  forgetWorkflows();
  lastProject.forget();
  forget();
}
