import { useInfiniteQuery } from "@tanstack/react-query";
import {
  FolderOpen,
  Languages,
  type LucideIcon,
  MessageCircle,
  Search,
  Settings,
  SunMoon,
  Workflow,
} from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import { projectsQuery } from "../api/projects.ts";
import { workflowsQuery } from "../api/workflows.ts";
import { cx } from "../features/ui/classes.ts";
import { changeLanguage, useT } from "../i18n/i18n.ts";
import { changeSettings, drawnTheme, settingsStore } from "../stores/settings-store.ts";
import { useProjectId } from "./use-project.ts";

const paletteStore = createStore<{ readonly open: boolean }>()(() => ({ open: false }));
export const openPalette = (): void => paletteStore.setState({ open: true });
const closePalette = (): void => paletteStore.setState({ open: false });

interface Command {
  readonly id: string;
  readonly label: string;
  readonly group: string;
  readonly icon: LucideIcon;
  readonly keys?: string;
  readonly run: () => void;
}

/** Letters with Alt, so that they never meet a browser's or a screen reader's own. */
const SHORTCUTS: Readonly<Record<string, string>> = { KeyC: "chat", KeyW: "workflows", KeyS: "settings" };

export function CommandPalette() {
  const open = useStore(paletteStore, (state) => state.open);
  const commands = useCommands();
  const latest = useRef(commands);
  latest.current = commands;
  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.code === "KeyK") {
        event.preventDefault();
        paletteStore.setState((state) => ({ open: !state.open }));
        return;
      }
      const place = event.altKey && !event.metaKey && !event.ctrlKey ? SHORTCUTS[event.code] : undefined;
      const command = place && latest.current.find((one) => one.id === place);
      if (!command) return;
      event.preventDefault();
      command.run();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
  return open ? <Palette commands={commands} /> : null;
}

function useCommands(): Command[] {
  const t = useT();
  const go = useNavigate();
  const projectId = useProjectId();
  const { locale, theme } = useStore(settingsStore);
  const projects = useInfiniteQuery(projectsQuery).data?.pages.flatMap((page) => page.items) ?? [];
  const workflows =
    useInfiniteQuery({ ...workflowsQuery(projectId ?? ""), enabled: projectId !== null }).data?.pages.flatMap(
      (page) => page.items,
    ) ?? [];
  const places = t("palette.places");
  return [
    {
      id: "chat",
      group: places,
      label: t("nav.chat"),
      icon: MessageCircle,
      keys: "Alt C",
      run: () => go(projectId ? `/p/${projectId}/chat` : "/projects"),
    },
    {
      id: "workflows",
      group: places,
      label: t("nav.workflows"),
      icon: Workflow,
      keys: "Alt W",
      run: () => go(projectId ? `/p/${projectId}/workflows` : "/projects"),
    },
    {
      id: "files",
      group: places,
      label: t("nav.files"),
      icon: FolderOpen,
      run: () => go(projectId ? `/p/${projectId}/files` : "/projects"),
    },
    {
      id: "settings",
      group: places,
      label: t("nav.settings"),
      icon: Settings,
      keys: "Alt S",
      run: () => go("/settings"),
    },
    {
      id: "language",
      group: t("palette.actions"),
      label: locale === "ar" ? "English" : "العربية",
      icon: Languages,
      run: () => void changeLanguage({ locale: locale === "ar" ? "en" : "ar" }),
    },
    {
      id: "theme",
      group: t("palette.actions"),
      label: t(drawnTheme(theme) === "light" ? "theme.toDark" : "theme.toLight"),
      icon: SunMoon,
      run: () => changeSettings({ theme: drawnTheme(theme) === "light" ? "dark" : "light" }),
    },
    ...workflows.map((row) => ({
      id: row.id,
      group: t("nav.workflows"),
      label: row.name || t("workflow.untitled"),
      icon: Workflow,
      run: () => go(`/p/${row.projectId}/workflows/${row.id}`),
    })),
    ...projects.map((one) => ({
      id: one.id,
      group: t("projects.title"),
      label: one.name,
      icon: FolderOpen,
      run: () => go(`/p/${one.id}/chat`),
    })),
  ];
}

function Palette({ commands }: { readonly commands: readonly Command[] }) {
  const t = useT();
  const dialog = useRef<HTMLDialogElement>(null);
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  useEffect(() => dialog.current?.showModal(), []);
  const needle = words.trim().toLocaleLowerCase();
  const found = commands.filter((one) => one.label.toLocaleLowerCase().includes(needle)).slice(0, 40);
  const chosen = Math.min(at, found.length - 1);
  const run = (command: Command | undefined) => {
    if (!command) return;
    closePalette();
    command.run();
  };
  const press = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setAt(Math.min(chosen + 1, found.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(chosen - 1, 0));
    else if (event.key === "Enter") run(found[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the backdrop is closed by Escape through onCancel.
    <dialog
      ref={dialog}
      aria-label={t("palette.title")}
      onCancel={closePalette}
      onClose={closePalette}
      onClick={(event) => event.target === event.currentTarget && closePalette()}
      className="mx-auto mt-[12dvh] w-[min(600px,92vw)] overflow-hidden rounded-2xl border border-line bg-raised p-0 text-text shadow-pop"
    >
      <div className="flex items-center gap-3 border-b border-line px-4">
        <Search aria-hidden className="size-5 text-muted" />
        <input
          role="combobox"
          aria-expanded
          aria-controls="palette-list"
          aria-activedescendant={found[chosen] ? `palette-${found[chosen].id}` : undefined}
          aria-label={t("palette.title")}
          value={words}
          onChange={(event) => {
            setWords(event.target.value);
            setAt(0);
          }}
          onKeyDown={press}
          placeholder={t("palette.placeholder")}
          className="min-h-14 flex-1 bg-transparent outline-none placeholder:text-muted"
        />
      </div>
      <ul
        id="palette-list"
        role="listbox"
        aria-label={t("palette.title")}
        className="max-h-[50dvh] overflow-y-auto p-2"
      >
        {found.length === 0 && <li className="px-3 py-6 text-center text-muted">{t("palette.none")}</li>}
        {found.map((one, index) => {
          const Icon = one.icon;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox above handles the keyboard.
            <li
              key={one.id}
              id={`palette-${one.id}`}
              role="option"
              aria-selected={index === chosen}
              onClick={() => run(one)}
              onPointerMove={() => setAt(index)}
              className={cx(
                "flex min-h-11 cursor-pointer items-center gap-3 rounded-xl px-3",
                index === chosen && "bg-hover",
              )}
            >
              <Icon aria-hidden className="size-4 text-muted" />
              <bdi className="min-w-0 flex-1 truncate">{one.label}</bdi>
              <span className="text-xs text-muted">{one.keys ?? one.group}</span>
            </li>
          );
        })}
      </ul>
    </dialog>
  );
}
