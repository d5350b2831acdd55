import { useMutation, useQuery } from "@tanstack/react-query";
import { LogOut, Monitor, ShieldAlert } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { useStore } from "zustand";
import { queryClient } from "../../api/client.ts";
import { keys } from "../../api/keys.ts";
import { endSession, meQuery, patchMe, sessionsQuery, useMe } from "../../api/me.ts";
import { leave } from "../../app/leave.ts";
import { ago, number } from "../../i18n/format.ts";
import { changeLanguage, useT } from "../../i18n/i18n.ts";
import { changeSettings, settingsStore } from "../../stores/settings-store.ts";
import { toast, toastError } from "../../stores/toast-store.ts";
import { Card } from "../ui/Bits.tsx";
import { Button } from "../ui/Button.tsx";
import { Input } from "../ui/Field.tsx";
import { Segmented } from "../ui/Segmented.tsx";
import { Sheet } from "../ui/Sheet.tsx";
import { Skeleton } from "../ui/States.tsx";
import { deviceName } from "./device-name.ts";

export default function SettingsPage() {
  const t = useT();
  useEffect(() => {
    document.title = `${t("nav.settings")} · Nexus`;
  });
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="mx-auto flex w-full max-w-2xl flex-col gap-6 px-4 py-5 pb-10">
        <h1 className="text-xl font-semibold">{t("nav.settings")}</h1>
        <Appearance />
        <Account />
        <Sessions />
        <Model />
      </div>
    </div>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <h2 className="mb-2 text-[13px] font-semibold text-muted">{title}</h2>
      <Card className="flex flex-col gap-5 p-4">{children}</Card>
    </section>
  );
}

function Row({
  label,
  hint,
  children,
}: {
  readonly label: string;
  readonly hint?: string;
  readonly children: ReactNode;
}) {
  return (
    <div>
      <p className="mb-1.5 text-sm font-medium text-soft">{label}</p>
      {children}
      {hint && <p className="mt-1.5 text-[13px] text-muted">{hint}</p>}
    </div>
  );
}

function Appearance() {
  const t = useT();
  const { locale, digits, theme, mapDirection } = useStore(settingsStore);
  return (
    <Section title={t("settings.appearance")}>
      <Row label={t("settings.language")}>
        <Segmented
          label={t("settings.language")}
          value={locale}
          onChange={(next) => {
            void changeLanguage({ locale: next });
            patchMe({ locale: next }).catch(toastError);
          }}
          options={[
            { value: "en", label: <span lang="en">English</span> },
            { value: "ar", label: <span lang="ar">العربية</span> },
          ]}
        />
      </Row>
      <Row label={t("settings.digits")} hint={t("settings.digitsHint", { example: number(1234.5) })}>
        <Segmented
          label={t("settings.digits")}
          value={digits}
          onChange={(next) => void changeLanguage({ digits: next })}
          options={[
            { value: "auto", label: t("settings.digitsAuto") },
            { value: "latn", label: <bdi dir="ltr">123</bdi> },
            { value: "arab", label: <bdi dir="ltr">١٢٣</bdi> },
          ]}
        />
      </Row>
      <Row label={t("settings.theme")}>
        <Segmented
          label={t("settings.theme")}
          value={theme}
          onChange={(next) => changeSettings({ theme: next })}
          options={[
            { value: "dark", label: t("theme.dark") },
            { value: "light", label: t("theme.light") },
            { value: "system", label: t("theme.system") },
          ]}
        />
      </Row>
      <Row label={t("settings.map")} hint={t("settings.mapHint")}>
        <Segmented
          label={t("settings.map")}
          value={mapDirection}
          onChange={(next) => changeSettings({ mapDirection: next })}
          options={[
            { value: "ltr", label: t("settings.mapLtr") },
            { value: "rtl", label: t("settings.mapRtl") },
          ]}
        />
      </Row>
    </Section>
  );
}

function Account() {
  const t = useT();
  const me = useMe();
  const [name, setName] = useState(me?.name ?? "");
  const save = useMutation({
    mutationFn: () => patchMe({ name: name.trim() }),
    onSuccess: (view) => {
      queryClient.setQueryData(meQuery.queryKey, view);
      toast({ kind: "success", title: t("settings.saved") });
    },
    onError: toastError,
  });
  if (!me) return <Skeleton className="h-40" />;
  return (
    <Section title={t("settings.account")}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Input
          label={t("auth.name")}
          value={name}
          dir="auto"
          autoComplete="name"
          maxLength={100}
          onChange={(event) => setName(event.target.value)}
        />
        <Row label={t("auth.email")}>
          <bdi className="text-[15px]">{me.email}</bdi>
        </Row>
        {name.trim() !== me.name && (
          <Button type="submit" look="primary" busy={save.isPending} disabled={name.trim() === ""}>
            {t("action.save")}
          </Button>
        )}
      </form>
    </Section>
  );
}

function Sessions() {
  const t = useT();
  const sessions = useQuery(sessionsQuery);
  const [asking, setAsking] = useState(false);
  const end = useMutation({
    mutationFn: endSession,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.sessions }),
    onError: toastError,
  });
  return (
    <Section title={t("settings.sessions")}>
      {sessions.isPending && <Skeleton className="h-16" />}
      {sessions.data && (
        <ul className="flex flex-col gap-1">
          {sessions.data.items.map((one) => (
            <li key={one.id} className="flex min-h-14 items-center gap-3">
              <Monitor aria-hidden className="size-5 shrink-0 text-muted" />
              <div className="min-w-0 flex-1">
                <p className="truncate">
                  <bdi>{deviceName(one.userAgent) ?? t("settings.unknownDevice")}</bdi>
                </p>
                <p className="text-[13px] text-muted">{one.current ? t("settings.thisDevice") : ago(one.lastSeenAt)}</p>
              </div>
              {!one.current && (
                <Button
                  look="ghost"
                  busy={end.isPending && end.variables === one.id}
                  onClick={() => end.mutate(one.id)}
                >
                  {t("account.signOut")}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap gap-2">
        <Button icon={LogOut} onClick={() => void leave()}>
          {t("account.signOut")}
        </Button>
        <Button look="danger" icon={ShieldAlert} onClick={() => setAsking(true)}>
          {t("account.signOutAll")}
        </Button>
      </div>
      <Sheet
        open={asking}
        onClose={() => setAsking(false)}
        kind="dialog"
        title={t("account.signOutAll")}
        footer={
          <div className="flex gap-3">
            <Button wide onClick={() => setAsking(false)}>
              {t("action.cancel")}
            </Button>
            <Button look="danger" wide onClick={() => void leave(true)}>
              {t("account.signOutAll")}
            </Button>
          </div>
        }
      >
        <p className="text-[15px] text-soft">{t("account.signOutAllDetail")}</p>
      </Sheet>
    </Section>
  );
}

function Model() {
  const t = useT();
  const me = useMe();
  if (!me) return null;
  return (
    <Section title={t("settings.model")}>
      <p className="text-[15px]">
        {me.model.simulated ? t("settings.modelOffline") : t("settings.modelReal", { provider: me.model.provider })}
      </p>
      {me.model.simulated && <p className="text-sm text-muted">{t("simulated.explain")}</p>}
    </Section>
  );
}
