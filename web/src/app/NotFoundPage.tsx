import { Compass } from "lucide-react";
import { Link } from "react-router";
import { Empty } from "../features/ui/States.tsx";
import { useT } from "../i18n/i18n.ts";

export default function NotFoundPage() {
  const t = useT();
  return (
    <main className="flex min-h-dvh items-center">
      <Empty
        icon={Compass}
        title={t("notFound.title")}
        action={
          <Link to="/" className="brand-fill inline-flex min-h-11 items-center rounded-xl px-5 font-medium">
            {t("notFound.home")}
          </Link>
        }
      >
        {t("notFound.detail")}
      </Empty>
    </main>
  );
}
