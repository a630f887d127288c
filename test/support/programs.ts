import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import type { Snippet } from "./snippets.ts";

/** What is not over by then hangs. */
const runTimeoutMs = 20_000;
/** How long a snippet that has come to its end may still turn out to have failed. */
const settleMs = 100;

/** Snippets as files inside the workspace, so that they import what a user of it would. */
export interface Programs {
  /** What the type checker says, in the documentation's own lines. */
  typeErrors(): readonly string[];
  /** Runs one; resolves with its complaint, or undefined when it ended well. */
  run(snippet: Snippet, environment: NodeJS.ProcessEnv): Promise<string | undefined>;
  remove(): void;
}

export function writePrograms(root: string, snippets: readonly Snippet[]): Programs {
  const parent = join(root, "tmp");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "snippets-"));
  const files = new Map(
    snippets.map((snippet, at) => [join(folder, `snippet-${at + 1}.ts`), snippet]),
  );
  // `export {}` makes a module also of a snippet that imports nothing.
  for (const [path, { code }] of files) writeFileSync(path, `${code}\nexport {};\n`);
  return {
    typeErrors: () => typeErrors(root, files),
    run: (snippet, environment) => runOne(folder, files, snippet, environment),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function typeErrors(root: string, files: ReadonlyMap<string, Snippet>): readonly string[] {
  const program = ts.createProgram([...files.keys()], compilerOptions(root));
  return ts.getPreEmitDiagnostics(program).map((diagnostic) => {
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
    const { file, start } = diagnostic;
    if (file === undefined || start === undefined) return message;
    const at = file.getLineAndCharacterOfPosition(start).line;
    const snippet = files.get(file.fileName);
    const place =
      snippet === undefined
        ? file.fileName
        : `${snippet.file}:${snippet.lines[at] ?? snippet.line}`;
    return `${place}: ${message}`;
  });
}

/** The workspace's own rules, less those about how a library is published. */
function compilerOptions(root: string): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, "tsconfig.base.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  return {
    ...options,
    noEmit: true,
    composite: false,
    declaration: false,
    isolatedDeclarations: false,
    typeRoots: [join(root, "node_modules", "@types")],
  };
}

function runOne(
  folder: string,
  files: ReadonlyMap<string, Snippet>,
  snippet: Snippet,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  const path = [...files].find(([, each]) => each === snippet)?.[0] ?? "";
  const script = path.replace(/\.ts$/, ".mjs");
  writeFileSync(script, javascript(snippet));
  // A snippet leaves servers and clients open, as an application would: its end ends the process.
  const loader = `await import(${JSON.stringify(script)}); setTimeout(() => process.exit(0), ${settleMs});`;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["--input-type=module", "--eval", loader],
      { cwd: folder, env: { ...process.env, ...environment }, timeout: runTimeoutMs },
      (error, _output, complaint) => {
        if (error === null) resolve(undefined);
        else resolve(`${snippet.file}:${snippet.line}: ${complaint.trim() || error.message}`);
      },
    );
  });
}

function javascript(snippet: Snippet): string {
  return ts.transpileModule(`${snippet.code}\nexport {};\n`, {
    compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
  }).outputText;
}
