// The picture in ARCHITECTURE.md as rules: imports point down only.
const library = "^packages/holdfast/src";

/** Layers of the library, lowest first; symptoms, commands and policy stand side by side. */
const above = {
  core: ["symptoms", "commands", "policy", "clients", "guard", "cache"],
  symptoms: ["commands", "policy", "clients", "guard", "cache"],
  commands: ["symptoms", "policy", "clients", "guard", "cache"],
  policy: ["symptoms", "commands", "clients", "guard", "cache"],
  clients: ["guard", "cache"],
  guard: ["cache"],
};

const test = "\\.test\\.ts$";

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "no-cycles",
      comment: "Types may name each other: they are gone when the code runs.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "resolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, dependencyTypesNot: ["core"] },
    },
    ...Object.entries(above).map(([layer, higher]) => ({
      name: `${layer}-imports-down`,
      severity: "error",
      from: { path: `${library}/${layer}/`, pathNot: test },
      to: { path: `${library}/(${higher.join("|")})/` },
    })),
    {
      name: "library-needs-no-client",
      comment: "Clients are optional peers: their types are welcome, their code is the user's.",
      severity: "error",
      from: { path: library, pathNot: test },
      to: {
        path: "node_modules/(redis|@redis|ioredis|iovalkey)/",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "library-stands-alone",
      severity: "error",
      from: { path: library, pathNot: test },
      to: { path: "^(packages/(testbed|cli)|examples)/" },
    },
    {
      name: "testbed-imports-nothing-of-ours",
      severity: "error",
      from: { path: "^packages/testbed/" },
      to: { path: "^(packages/(holdfast|cli)|examples)/" },
    },
    {
      name: "published-entry-points-only",
      comment: "The command line and the example use the library as any other user would.",
      severity: "error",
      from: { path: "^(packages/cli|examples)/" },
      to: {
        path: "^packages/(holdfast|testbed)/(src|dist)/",
        pathNot: [
          "^packages/(holdfast|testbed)/dist/index\\.(js|d\\.ts)$",
          "^packages/holdfast/dist/[a-z]+/index\\.(js|d\\.ts)$",
        ],
      },
    },
    {
      name: "product-code-imports-no-test",
      severity: "error",
      from: { path: "^(packages|examples)/[^/]+/src/", pathNot: test },
      to: { path: "(\\.test\\.ts$|/test/)" },
    },
  ],
  options: {
    doNotFollow: { path: ["node_modules", "/dist/"] },
    includeOnly: "^(packages|examples|node_modules)/",
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.base.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["types", "import", "default"],
    },
  },
};
