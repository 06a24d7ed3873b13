import { builtinModules } from "node:module";
import tseslint from "typescript-eslint";

const bareBuiltins = builtinModules
    .filter((name) => !name.startsWith("_") && !name.includes(":"))
    .map((name) => ({ name, message: `write node:${name}, so that no package can take its place` }));

const noDefaultExport = {
    selector: "ExportDefaultDeclaration",
    message: "export by name: a default export has another name in every file",
};
const noExit = {
    selector: "CallExpression[callee.object.name='process'][callee.property.name='exit']",
    message: "set process.exitCode: process.exit skips every finally",
};

export default tseslint.config(
    { ignores: ["node_modules/", "dist/", "**/*.js", "**/*.cjs", "**/*.mjs"] },
    {
        files: ["**/*.ts"],
        extends: [tseslint.configs.recommended],
        languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
        linterOptions: { reportUnusedDisableDirectives: "error" },
        rules: {
            // A promise that nobody awaits hides its failure and outlives its owner.
            "@typescript-eslint/no-floating-promises": "error",
            "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { arguments: false } }],
            "@typescript-eslint/await-thenable": "error",
            "@typescript-eslint/return-await": ["error", "in-try-catch"],
            "@typescript-eslint/only-throw-error": "error",
            "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
            "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
            "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
            "@typescript-eslint/no-unnecessary-type-assertion": "error",
            eqeqeq: "error",
            "no-console": "error",
            "max-lines": ["error", { max: 300 }],
            "no-restricted-imports": ["error", { paths: bareBuiltins }],
            "no-restricted-syntax": ["error", noDefaultExport],
        },
    },
    {
        // A library's caller has a finally of his own to run; a daemon or a tool may end itself.
        files: ["infra/**", "automation/**", "policies/**"],
        rules: { "no-restricted-syntax": ["error", noDefaultExport, noExit] },
    },
    {
        // Only what renders speaks to the console.
        files: [
            "automation/cli/**",
            "automation/io/**",
            "lab/cli.ts",
            "lab/cli/**",
            "tools/**",
            "bench/**",
            "docs/examples/**",
        ],
        rules: { "no-console": "off" },
    },
);
