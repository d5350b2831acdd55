import { FileDown } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { useT } from "../../i18n/i18n.ts";

/** Files dropped anywhere on the page are taken; without this the browser would open them and leave the app. */
export function DropZone({
  children,
  onFiles,
}: {
  readonly children: ReactNode;
  readonly onFiles: (files: File[]) => void;
}) {
  const t = useT();
  const [over, setOver] = useState(false);
  useEffect(() => {
    let depth = 0;
    const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const enter = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      depth++;
      setOver(true);
    };
    const leave = () => {
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const hover = (event: DragEvent) => {
      if (holdsFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      depth = 0;
      setOver(false);
      if (!holdsFiles(event)) return;
      event.preventDefault();
      onFiles([...(event.dataTransfer?.files ?? [])]);
    };
    addEventListener("dragenter", enter);
    addEventListener("dragleave", leave);
    addEventListener("dragover", hover);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragenter", enter);
      removeEventListener("dragleave", leave);
      removeEventListener("dragover", hover);
      removeEventListener("drop", drop);
    };
  }, [onFiles]);
  return (
    <>
      {over && (
        <div className="pointer-events-none fixed inset-3 z-50 flex flex-col items-center justify-center gap-3 rounded-3xl border-2 border-dashed border-brand bg-bg/85 text-lg font-medium">
          <FileDown aria-hidden className="size-10 text-brand" />
          {t("upload.drop")}
        </div>
      )}
      {children}
    </>
  );
}
