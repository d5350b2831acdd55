import { Languages, LogOut, Moon, Settings, Sun } from "lucide-react";
import { useNavigate } from "react-router";
import { useStore } from "zustand";
import { useMe } from "../api/me.ts";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "../features/ui/Menu.tsx";
import { changeLanguage, useT } from "../i18n/i18n.ts";
import { changeSettings, drawnTheme, settingsStore } from "../stores/settings-store.ts";
import { leave } from "./leave.ts";

const initials = (name: string): string =>
  name
    .trim()
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? "")
    .join("")
    .toLocaleUpperCase();

export function AccountMenu() {
  const t = useT();
  const go = useNavigate();
  const me = useMe();
  const { locale, theme } = useStore(settingsStore);
  const light = drawnTheme(theme) === "light";
  if (!me) return null;
  return (
    <Menu
      align="end"
      trigger={
        <button type="button" className="flex size-11 shrink-0 items-center justify-center rounded-xl hover:bg-hover">
          <span
            aria-hidden
            className="flex size-8 items-center justify-center rounded-full bg-brand-soft text-[13px] font-semibold text-brand"
          >
            {initials(me.name)}
          </span>
          <span className="sr-only">{t("account.menu", { name: me.name })}</span>
        </button>
      }
    >
      <MenuLabel>
        <bdi className="block max-w-60 truncate text-sm text-text">{me.name}</bdi>
        <bdi className="block max-w-60 truncate">{me.email}</bdi>
      </MenuLabel>
      <MenuSeparator />
      <MenuItem icon={Languages} onSelect={() => void changeLanguage({ locale: locale === "ar" ? "en" : "ar" })}>
        {locale === "ar" ? "English" : "العربية"}
      </MenuItem>
      <MenuItem icon={light ? Moon : Sun} onSelect={() => changeSettings({ theme: light ? "dark" : "light" })}>
        {t(light ? "theme.toDark" : "theme.toLight")}
      </MenuItem>
      <MenuItem icon={Settings} onSelect={() => go("/settings")}>
        {t("nav.settings")}
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={LogOut} onSelect={() => void leave()}>
        {t("account.signOut")}
      </MenuItem>
    </Menu>
  );
}
