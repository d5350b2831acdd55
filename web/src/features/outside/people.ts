import { useQuery } from "@tanstack/react-query";
import { useMe } from "../../api/me.ts";
import { membersQuery } from "../../api/projects.ts";
import { useT } from "../../i18n/i18n.ts";

/** Names of the project's people; who left it, or is not known yet, is "someone on your team". */
export function useNames(projectId: string, wanted = true): (userId: string | null) => string {
  const t = useT();
  const me = useMe();
  const members = useQuery({ ...membersQuery(projectId), enabled: wanted });
  return (userId) => {
    if (userId !== null && userId === me?.id) return t("outside.you");
    return members.data?.items.find((one) => one.userId === userId)?.name ?? t("outside.somebody");
  };
}
