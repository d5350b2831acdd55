import { Eye, EyeOff, Languages, Moon, Sun } from "lucide-react";
import { useEffect, useState } from "react";
import { useForm } from "react-hook-form";
import { Link, useLocation } from "react-router";
import { useStore } from "zustand";
import { ApiError } from "../../api/http.ts";
import { signIn, signUp } from "../../api/me.ts";
import { Logo } from "../../app/Logo.tsx";
import { changeLanguage, t, useT } from "../../i18n/i18n.ts";
import { changeSettings, drawnTheme, settingsStore } from "../../stores/settings-store.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { Input } from "../ui/Field.tsx";

/** NIST SP 800-63B: length is what counts; no rules about kinds of characters. */
export const MIN_PASSWORD = 8;
const MAX_PASSWORD = 128;

/** Something before and after the @, a dot in the domain; whether it exists the server cannot know either. */
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const MAX_NAME = 100;

/*
 * What can be said before anything is sent. The server checks everything again by its schema (shared/api/auth.ts),
 * which this first page does without: a validator would weigh as much as the form.
 */
const rules = {
  name: (value: string) => value.trim() !== "" || t("auth.nameMissing"),
  email: (value: string) => EMAIL.test(value.trim()) || t("auth.emailWrong"),
  oldPassword: (value: string) => value !== "" || t("auth.passwordMissing"),
  newPassword: (value: string) => value.length >= MIN_PASSWORD || t("auth.passwordShort", { min: MIN_PASSWORD }),
};

interface Fields {
  name: string;
  email: string;
  password: string;
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
  const [problem, setProblem] = useState<ApiError | null>(null);
  const form = useForm<Fields>({
    defaultValues: { name: "", email: "", password: "" },
    mode: "onTouched",
  });
  const { errors, isSubmitting } = form.formState;
  const submit = form.handleSubmit(async ({ name, email, password }) => {
    setProblem(null);
    try {
      const address = email.trim();
      if (isNew) await signUp({ name: name.trim(), email: address, password });
      else await signIn({ email: address, password });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error);
      form.setFocus(error.code === "weak_password" ? "password" : "email");
    }
  });
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
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
          error={errors.name?.message}
          maxLength={MAX_NAME}
          {...form.register("name", { validate: rules.name })}
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
        error={errors.email?.message}
        {...form.register("email", { validate: rules.email })}
      />
      <Input
        label={t("auth.password")}
        type={shown ? "text" : "password"}
        dir="ltr"
        className="rtl:text-end"
        autoComplete={isNew ? "new-password" : "current-password"}
        error={errors.password?.message}
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
        {...form.register("password", { validate: isNew ? rules.newPassword : rules.oldPassword })}
      />
      <Button type="submit" look="primary" wide busy={isSubmitting} className="mt-2 min-h-12">
        {t(isNew ? "auth.signUp" : "auth.signIn")}
      </Button>
    </form>
  );
}
