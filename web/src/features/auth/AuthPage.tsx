import { Eye, EyeOff, Languages, Moon, Sun } from "lucide-react";
import { type FocusEvent, type FormEvent, useEffect, useRef, useState } from "react";
import { Link, useLocation } from "react-router";
import { useStore } from "zustand";
import { ApiError } from "../../api/http.ts";
import { signIn, signUp } from "../../api/me.ts";
import { Logo } from "../../app/Logo.tsx";
import { changeLanguage, useT } from "../../i18n/i18n.ts";
import { changeSettings, drawnTheme, settingsStore } from "../../stores/settings-store.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { Input } from "../ui/Field.tsx";

/** NIST SP 800-63B: length is what counts; no rules about kinds of characters. */
const MIN_PASSWORD = 8;
const MAX_PASSWORD = 128;

/** Something before and after the @, a dot in the domain; whether it exists the server cannot know either. */
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const MAX_NAME = 100;

type Field = "name" | "email" | "password";

/*
 * What can be said before anything is sent. The server checks everything again by its schema (shared/api/auth.ts),
 * which this first page does without: a validator, or a library for one form, would weigh as much as the page.
 */
function isRight(field: Field, value: string, isNew: boolean): boolean {
  if (field === "email") return EMAIL.test(value.trim());
  return field === "name" ? value.trim() !== "" : value.length >= (isNew ? MIN_PASSWORD : 1);
}

/** The first page anybody sees: one calm form, in either language. */
export default function AuthPage({ mode }: { readonly mode: "sign-in" | "sign-up" }) {
  const t = useT();
  const { search } = useLocation();
  const isNew = mode === "sign-up";
  useEffect(() => {
    document.title = `${t(isNew ? "auth.signUp" : "auth.signIn")} · Nexus`;
  });
  return (
    <div className="safe-inline safe-top flex min-h-dvh flex-col bg-bg">
      <Switches />
      <main className="mx-auto flex w-full max-w-100 flex-1 flex-col justify-center px-5 pt-2 pb-12">
        <Logo className="mb-5 size-14" />
        <h1 className="text-[26px] leading-tight font-semibold tracking-tight text-balance">
          {t(isNew ? "auth.signUpTitle" : "auth.signInTitle")}
        </h1>
        <p className="mt-2 mb-7 text-pretty text-muted">{t(isNew ? "auth.signUpLead" : "auth.signInLead")}</p>
        <AuthForm key={mode} mode={mode} />
        <p className="mt-6 text-center text-[15px] text-muted">
          {t(isNew ? "auth.haveAccount" : "auth.noAccount")}{" "}
          <Link
            to={(isNew ? "/sign-in" : "/sign-up") + search}
            className="inline-flex min-h-11 items-center font-medium text-brand hover:underline"
          >
            {t(isNew ? "auth.signIn" : "auth.signUp")}
          </Link>
        </p>
      </main>
    </div>
  );
}

function Switches() {
  const t = useT();
  const { locale, theme } = useStore(settingsStore);
  const light = drawnTheme(theme) === "light";
  const other = locale === "ar" ? "en" : "ar";
  return (
    <header className="flex items-center justify-end gap-1 px-3 pt-3">
      <Button look="ghost" icon={Languages} lang={other} onClick={() => void changeLanguage({ locale: other })}>
        {other === "ar" ? "العربية" : "English"}
      </Button>
      <IconButton
        icon={light ? Moon : Sun}
        label={t(light ? "theme.toDark" : "theme.toLight")}
        onClick={() => changeSettings({ theme: light ? "dark" : "light" })}
      />
    </header>
  );
}

function AuthForm({ mode }: { readonly mode: "sign-in" | "sign-up" }) {
  const t = useT();
  const isNew = mode === "sign-up";
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiError | null>(null);
  const [wrong, setWrong] = useState<ReadonlySet<Field>>(new Set());
  const left = useRef(new Set<Field>());
  const judge = (field: Field, value: string) =>
    setWrong((now) => {
      const next = new Set(now);
      if (isRight(field, value, isNew)) next.delete(field);
      else next.add(field);
      return next;
    });
  // Judged once it was left, then with every letter. The field keeps its text itself: browsers fill it in unseen.
  const field = (name: Field) => ({
    name,
    onBlur: ({ target }: FocusEvent<HTMLInputElement>) => {
      left.current.add(name);
      judge(name, target.value);
    },
    onChange: ({ target }: { readonly target: HTMLInputElement }) => {
      if (left.current.has(name)) judge(name, target.value);
    },
  });
  const send = async (form: HTMLFormElement) => {
    const given = new FormData(form);
    const read = (name: Field) => String(given.get(name) ?? "");
    const focus = (name: Field) => form.querySelector<HTMLInputElement>(`[name=${name}]`)?.focus();
    const asked: readonly Field[] = isNew ? ["name", "email", "password"] : ["email", "password"];
    const bad = asked.filter((name) => !isRight(name, read(name), isNew));
    left.current = new Set(asked);
    setWrong(new Set(bad));
    setProblem(null);
    if (bad[0]) return focus(bad[0]);
    setBusy(true);
    try {
      const credentials = { email: read("email").trim(), password: read("password") };
      if (isNew) await signUp({ name: read("name").trim(), ...credentials });
      else await signIn(credentials);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error);
      focus(error.code === "weak_password" ? "password" : "email");
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!busy) void send(event.currentTarget);
  };
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      {problem && (
        <div role="alert" className="rounded-xl border border-bad/40 bg-bad-soft px-4 py-3 text-sm">
          <p className="font-medium text-bad">{problem.body.title}</p>
          <p className="mt-0.5 text-soft">{problem.body.detail}</p>
        </div>
      )}
      {isNew && (
        <Input
          label={t("auth.name")}
          autoComplete="name"
          dir="auto"
          error={wrong.has("name") ? t("auth.nameMissing") : undefined}
          maxLength={MAX_NAME}
          {...field("name")}
        />
      )}
      <Input
        label={t("auth.email")}
        type="email"
        inputMode="email"
        dir="ltr"
        className="rtl:text-end"
        autoComplete={isNew ? "email" : "username"}
        autoCapitalize="none"
        spellCheck={false}
        error={wrong.has("email") ? t("auth.emailWrong") : undefined}
        {...field("email")}
      />
      <Input
        label={t("auth.password")}
        type={shown ? "text" : "password"}
        dir="ltr"
        className="rtl:text-end"
        autoComplete={isNew ? "new-password" : "current-password"}
        error={
          wrong.has("password")
            ? t(isNew ? "auth.passwordShort" : "auth.passwordMissing", { min: MIN_PASSWORD })
            : undefined
        }
        hint={isNew ? t("auth.passwordHint", { min: MIN_PASSWORD }) : undefined}
        end={
          <IconButton
            icon={shown ? EyeOff : Eye}
            label={t(shown ? "auth.hidePassword" : "auth.showPassword")}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
          />
        }
        maxLength={MAX_PASSWORD}
        {...field("password")}
      />
      <Button type="submit" look="primary" wide busy={busy} className="mt-2 min-h-12">
        {t(isNew ? "auth.signUp" : "auth.signIn")}
      </Button>
    </form>
  );
}
