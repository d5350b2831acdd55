import { AccountMenu } from "./AccountMenu.tsx";
import { ProjectSwitcher } from "./ProjectSwitcher.tsx";

export function TopBar() {
  return (
    <header className="safe-top shrink-0 border-b border-line bg-surface">
      <div className="flex h-14 items-center justify-between gap-2 px-2 landscape-phone:h-11">
        <ProjectSwitcher />
        <AccountMenu />
      </div>
    </header>
  );
}
