import { useQuery } from "@tanstack/react-query";
import {
  CircleCheck,
  CircleX,
  Clock3,
  Download,
  FlaskConical,
  Globe,
  Link2Off,
  type LucideIcon,
  PackageOpen,
} from "lucide-react";
import { useEffect } from "react";
import { useParams } from "react-router";
import type { SharedView } from "../../../../shared/api/shares.ts";
import { ApiError } from "../../api/http.ts";
import { sharedFileUrl, sharedQuery } from "../../api/sites.ts";
import { Logo } from "../../app/Logo.tsx";
import { bytes, moment } from "../../i18n/format.ts";
import { changeLanguage, useLocale, useT } from "../../i18n/i18n.ts";
import { OutsideLink } from "../results/OutsideLink.tsx";
import { Card, SectionTitle, Simulated } from "../ui/Bits.tsx";
import { Button } from "../ui/Button.tsx";
import { Code } from "../ui/Code.tsx";
import { Markdown } from "../ui/Markdown.tsx";
import { Empty, Failed, SkeletonList } from "../ui/States.tsx";

/** What somebody with a shared link sees: the result, its proof and its files. No account, no way to change anything. */
export default function SharedPage() {
  const t = useT();
  const { token = "" } = useParams();
  const locale = useLocale();
  const query = useQuery(sharedQuery(token));
  useEffect(() => {
    document.title = `${query.data?.name ?? t("app.name")} · Nexus`;
    // The address is the key: search engines must not keep it.
    const robots = document.createElement("meta");
    robots.name = "robots";
    robots.content = "noindex, nofollow";
    document.head.append(robots);
    return () => robots.remove();
  });
  return (
    <div className="safe-inline flex min-h-dvh flex-col bg-bg">
      <header className="safe-top border-b border-line bg-surface">
        <div className="mx-auto flex min-h-14 w-full max-w-3xl items-center gap-3 px-4">
          <Logo className="size-7 shrink-0" />
          <p className="min-w-0 flex-1 text-[13px] leading-snug text-muted">{t("shared.by")}</p>
          <Button
            look="ghost"
            lang={locale === "ar" ? "en" : "ar"}
            onClick={() => void changeLanguage({ locale: locale === "ar" ? "en" : "ar" })}
          >
            {locale === "ar" ? "English" : "العربية"}
          </Button>
        </div>
      </header>
      <main className="mx-auto w-full max-w-3xl flex-1 px-4 py-6">
        {query.isPending && <SkeletonList />}
        {query.isError && <Refused error={query.error} onRetry={() => void query.refetch()} />}
        {query.data && <Shared view={query.data} token={token} />}
      </main>
    </div>
  );
}

function Refused({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const t = useT();
  // Ended, switched off and never there are one answer, so that nobody learns which links there were.
  if (!(error instanceof ApiError) || error.body.status !== 404) return <Failed error={error} onRetry={onRetry} />;
  return (
    <Empty icon={Link2Off} title={t("shared.gone")}>
      {t("shared.goneLead")}
    </Empty>
  );
}

function Shared({ view, token }: { readonly view: SharedView; readonly token: string }) {
  const t = useT();
  const nothing = view.artifacts.length === 0 && view.sites.length === 0 && !view.resultSummary;
  return (
    <div className="flex flex-col gap-6" data-testid="shared">
      <div>
        <h1 dir="auto" className="side-of-page text-2xl leading-snug font-semibold text-balance">
          {view.name}
        </h1>
        <p className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm text-muted">
          <State view={view} />
          {view.simulated && <Simulated short />}
        </p>
      </div>
      {view.sites.map((site) => (
        <Card key={site.url} className="flex items-start gap-3 p-4">
          <Globe aria-hidden className="mt-0.5 size-5 shrink-0 text-ok" />
          <div className="min-w-0">
            <p className="text-[13px] text-muted">{t("shared.site")}</p>
            <p dir="auto" className="font-medium">
              {site.title}
            </p>
            <OutsideLink url={site.url} />
          </div>
        </Card>
      ))}
      {view.resultSummary && (
        <section>
          <SectionTitle>{t("shared.summary")}</SectionTitle>
          <Card className="p-4">
            <Markdown text={view.resultSummary} />
          </Card>
        </section>
      )}
      {view.artifacts.length > 0 && (
        <section>
          <SectionTitle>{t("shared.files", { count: view.artifacts.length })}</SectionTitle>
          <ul className="flex flex-col gap-2">
            {view.artifacts.map((file) => (
              <li key={file.id}>
                <a
                  href={sharedFileUrl(token, file.id)}
                  download={file.name.split("/").pop()}
                  className="flex min-h-14 items-center gap-3 rounded-2xl border border-line bg-surface px-4 py-2.5 hover:border-line-strong"
                >
                  <Download aria-hidden className="size-5 shrink-0 text-brand" />
                  <span className="min-w-0 flex-1">
                    <span aria-hidden className="block font-medium break-words">
                      <bdi>{file.name}</bdi>
                    </span>
                    <span className="sr-only">{t("shared.download", { name: file.name })}</span>
                    <bdi className="text-[13px] text-muted">{bytes(file.size)}</bdi>
                  </span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
      {view.steps.length > 0 && (
        <section>
          <SectionTitle>{t("shared.proof")}</SectionTitle>
          <ul className="flex flex-col gap-3">
            {view.steps.map((step, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: steps have no ids here and never change.
              <li key={index} className="rounded-2xl border border-line bg-surface p-4">
                <h3 dir="auto" className="side-of-page font-medium">
                  {step.label}
                </h3>
                <ul className="mt-2 flex flex-col gap-2">
                  {step.proof.map((proof, at) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: the same.
                    <ProofLine key={at} proof={proof} />
                  ))}
                </ul>
              </li>
            ))}
          </ul>
        </section>
      )}
      {nothing && (
        <Empty icon={PackageOpen} title={t("shared.nothing")}>
          {t("shared.nothingLead")}
        </Empty>
      )}
      <p className="text-[13px] text-muted">{t("shared.until", { time: moment(view.expiresAt) })}</p>
    </div>
  );
}

function State({ view }: { readonly view: SharedView }) {
  const t = useT();
  if (view.rehearsal) return <Mark icon={FlaskConical} tone="text-warn" text={t("shared.rehearsal")} />;
  if (view.status === "completed")
    return (
      <Mark
        icon={CircleCheck}
        tone="text-ok"
        text={view.completedAt ? t("shared.done", { time: moment(view.completedAt) }) : t("status.completed")}
      />
    );
  if (view.status === "running") return <Mark icon={Clock3} tone="text-run" text={t("shared.running")} />;
  return (
    <Mark icon={CircleX} tone="text-warn" text={t(view.status === "failed" ? "shared.failed" : "shared.cancelled")} />
  );
}

interface MarkProps {
  readonly icon: LucideIcon;
  readonly tone: string;
  readonly text: string;
}

const Mark = ({ icon: Icon, tone, text }: MarkProps) => (
  <span className={`inline-flex items-center gap-1.5 ${tone}`}>
    <Icon aria-hidden className="size-4" />
    {text}
  </span>
);

type Proof = SharedView["steps"][number]["proof"][number];

function ProofLine({ proof }: { readonly proof: Proof }) {
  const t = useT();
  const Icon = proof.passed ? CircleCheck : CircleX;
  return (
    <li className="flex items-start gap-2.5 text-[15px]">
      <Icon aria-hidden className={`mt-1 size-4 shrink-0 ${proof.passed ? "text-ok" : "text-warn"}`} />
      <div className="min-w-0">
        <p dir="auto" className="side-of-page">
          <span className="sr-only">{t(proof.passed ? "proof.passed" : "proof.notPassed")} </span>
          {proof.label}
        </p>
        <Detail proof={proof} />
        {proof.link && <OutsideLink url={proof.link} />}
      </div>
    </li>
  );
}

const TIME = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

/** Output of code is folded: it is there for who wants to see it. */
function Detail({ proof }: { readonly proof: Proof }) {
  const t = useT();
  const { detail } = proof;
  if (detail === "") return null;
  if (proof.type === "run")
    return (
      <details className="text-sm text-muted">
        <summary className="flex min-h-11 items-center">{t("tool.output")}</summary>
        <Code text={detail} />
      </details>
    );
  return (
    <p dir="auto" className="side-of-page text-sm break-words whitespace-pre-wrap text-muted">
      {TIME.test(detail) ? moment(detail) : detail}
    </p>
  );
}
