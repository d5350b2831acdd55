import type { Route } from "../routing/route.ts";
import { signIn, signOut, signOutEverywhere, signUp } from "./auth/auth.ts";
import {
  changeFile,
  deleteFile,
  getFile,
  getFiles,
  getPreview,
  getVersion,
  getVersions,
  restoreFile,
  restoreVersion,
} from "./files/files.ts";
import {
  createFolder,
  deleteFolder,
  eraseBin,
  getBin,
  getFolder,
  getStorage,
  moveFolder,
  restoreBin,
  searchFiles,
} from "./files/folders.ts";
import { uploadFile } from "./files/upload.ts";
import { abortUpload, completeUpload, createUpload, getUpload, putPart } from "./files/uploads.ts";
import { zipFolder } from "./files/zip.ts";
import { health } from "./health/health.ts";
import { getMe, patchMe } from "./me/me.ts";
import { deleteSession, deleteSessions, getSessions } from "./me/sessions.ts";
import { addMember, changeMember, getMembers, removeMember } from "./members/members.ts";
import { getMessages, postMessage } from "./messages/messages.ts";
import { rebuildProjections } from "./operator/projections.ts";
import { getAudit } from "./projects/audit.ts";
import { projectSocket } from "./projects/project-socket.ts";
import {
  createProject,
  deleteProject,
  getBudget,
  getProject,
  getProjects,
  renameProject,
  setBudget,
} from "./projects/projects.ts";
import { getShared, getSharedArtifact } from "./shares/shared.ts";
import { createShare, getShares, revokeShare } from "./shares/shares.ts";
import { previewWorkflow, publishWorkflow } from "./sites/publish.ts";
import { getSite, getSites, putBackSite, rollbackSite, unpublishSite } from "./sites/sites.ts";
import { getArtifact, getArtifacts, zipArtifacts } from "./workflows/artifacts.ts";
import { createWorkflow, createWorkflowAnywhere, getWorkflows } from "./workflows/collection.ts";
import {
  answerQuestion,
  approvePlan,
  cancelWorkflow,
  decideApproval,
  editPlan,
  getWorkflow,
  migrateWorkflow,
  pauseWorkflow,
  resumeWorkflow,
  retryWorkflow,
  steerWorkflow,
  undoWorkflow,
} from "./workflows/control.ts";
import { getEffects, getSnapshot, getState } from "./workflows/history.ts";
import { forkWorkflow, promoteWorkflow } from "./workflows/lineage.ts";
import { getEvents, workflowSocket, workflowStream } from "./workflows/live.ts";
import { runTerminalLine, stopTerminalLine, terminalStream } from "./workflows/terminal.ts";

/** Every route of the API but the ones that describe it (routes/docs). */
export const ROUTES: readonly Route[] = [
  health,
  rebuildProjections,
  signUp,
  signIn,
  signOut,
  signOutEverywhere,
  getMe,
  patchMe,
  getSessions,
  deleteSessions,
  deleteSession,
  createProject,
  getProjects,
  getProject,
  renameProject,
  deleteProject,
  getBudget,
  setBudget,
  getAudit,
  projectSocket,
  getMembers,
  addMember,
  changeMember,
  removeMember,
  getMessages,
  postMessage,
  uploadFile,
  getFiles,
  searchFiles,
  getFile,
  getPreview,
  getVersions,
  getVersion,
  restoreVersion,
  changeFile,
  deleteFile,
  restoreFile,
  getFolder,
  createFolder,
  moveFolder,
  deleteFolder,
  zipFolder,
  getBin,
  restoreBin,
  eraseBin,
  getStorage,
  createUpload,
  getUpload,
  putPart,
  completeUpload,
  abortUpload,
  createWorkflow,
  createWorkflowAnywhere,
  getWorkflows,
  getWorkflow,
  editPlan,
  approvePlan,
  pauseWorkflow,
  resumeWorkflow,
  retryWorkflow,
  steerWorkflow,
  cancelWorkflow,
  answerQuestion,
  decideApproval,
  undoWorkflow,
  migrateWorkflow,
  forkWorkflow,
  promoteWorkflow,
  getEvents,
  getEffects,
  getState,
  getSnapshot,
  workflowStream,
  workflowSocket,
  terminalStream,
  runTerminalLine,
  stopTerminalLine,
  getArtifacts,
  getArtifact,
  zipArtifacts,
  publishWorkflow,
  previewWorkflow,
  getSites,
  getSite,
  rollbackSite,
  unpublishSite,
  putBackSite,
  createShare,
  getShares,
  revokeShare,
  getShared,
  getSharedArtifact,
];
