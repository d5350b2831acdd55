import { forget, signOut, signOutEverywhere } from "../api/me.ts";
import { forgetUploads } from "../features/files/forget-uploads.ts";
import { forgetWorkflows } from "../realtime/workflow-live.ts";
import { forgetChats } from "../stores/chat-store.ts";
import { forgetDrafts } from "../stores/draft-store.ts";
import { forgetLineage } from "../stores/lineage-store.ts";
import { toastError } from "../stores/toast-store.ts";
import { lastProject } from "./last-project.ts";
import { setLeft } from "./left.ts";

/** Signs out here, or on every device, and forgets what this person read, wrote and chose here. */
export async function leave(everywhere = false): Promise<void> {
  try {
    await (everywhere ? signOutEverywhere() : signOut());
  } catch (error) {
    toastError(error);
    return;
  }
  setLeft(true);
  await forgetUploads();
  forgetChats();
  forgetDrafts();
  forgetLineage();
  forgetWorkflows();
  lastProject.forget();
  forget();
}
