import { defineConfig } from "vitepress";
import { navigation, sidebar } from "./sidebar.mjs";

export default defineConfig({
  title: "Holdfast",
  description:
    "Keeps a Node.js API serving when Redis is refused, silent, slow, resetting, read-only, full or gone.",
  lang: "en",
  head: [["link", { rel: "icon", type: "image/svg+xml", href: "/icon.svg" }]],
  cleanUrls: true,
  lastUpdated: false,
  // A dead link fails the build: VitePress's own default, said here because the check counts on it.
  ignoreDeadLinks: false,
  themeConfig: {
    nav: navigation(),
    sidebar: sidebar(),
    outline: [2, 3],
    search: { provider: "local" },
  },
});
