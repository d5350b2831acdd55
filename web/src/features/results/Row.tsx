import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface RowProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly children: ReactNode;
}

/** One fact of how something was made; stands in a `<dl>`. */
export function Row({ icon: Icon, label, children }: RowProps) {
  return (
    <div className="flex items-start gap-3">
      <Icon aria-hidden className="mt-1 size-4 shrink-0 text-muted" />
      <div className="min-w-0 flex-1">
        <dt className="text-[13px] text-muted">{label}</dt>
        <dd>{children}</dd>
      </div>
    </div>
  );
}
