/** Absolute, normal POSIX path from a folder and a path relative to it, or absolute itself. */
export function joinPath(folder: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${folder}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

export const folderOf = (path: string): string => path.slice(0, path.lastIndexOf("/")) || "/";
export const baseOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** As a program writes it: relative to its working folder where it is below it. */
export const relativeTo = (folder: string, path: string): string =>
  path.startsWith(folder === "/" ? "/" : `${folder}/`) ? path.slice(folder === "/" ? 1 : folder.length + 1) : path;
