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
    <div className="relative ps-7">
      <dt className="text-[13px] text-muted">
        <Icon aria-hidden className="absolute start-0 top-1 size-4" />
        {label}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}
