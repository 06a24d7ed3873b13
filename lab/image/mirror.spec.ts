import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mirrorFrom, mirrorOf, sourceLines } from "./mirror";

const DEB822 = `# Generated
Types: deb deb-src
# see the manual
URIs: http://mirror.example/debian/
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
`;

describe("the host's mirror", () => {
    it("is read from a sources file", () => {
        assert.deepEqual(mirrorFrom([DEB822], "bookworm"), {
            debian: "http://mirror.example/debian",
            security: "http://mirror.example/debian-security",
        });
    });

    it("is read from one-line sources", () => {
        const text =
            "# deb http://old.example/debian bookworm main\ndeb [arch=amd64 signed-by=/k] https://m.example/d bookworm main\n";
        assert.equal(mirrorFrom([text], "bookworm")?.debian, "https://m.example/d");
    });

    it("is not another vendor's repository", () => {
        const vendor = "deb https://vendor.example/apt nodistro main\n";
        assert.equal(mirrorFrom([vendor], "bookworm"), undefined);
    });

    it("is not one that is switched off, nor one of files", () => {
        assert.equal(mirrorFrom([`Enabled: no\n${DEB822.split("\n\n")[0]}`], "bookworm"), undefined);
        assert.equal(mirrorFrom(["deb file:/media/dvd bookworm main"], "bookworm"), undefined);
    });

    it("may lack security updates: another archive is not guessed", () => {
        const text = "deb http://m.example/d bookworm main\n";
        assert.deepEqual(mirrorFrom([text], "bookworm"), { debian: "http://m.example/d" });
        assert.deepEqual(sourceLines({ debian: "http://m.example/d" }, "trixie"), [
            "deb http://m.example/d trixie main",
            "deb http://m.example/d trixie-updates main",
        ]);
    });

    it("is left to mmdebstrap where none is known", () => {
        assert.deepEqual(sourceLines(undefined, "trixie"), []);
    });

    it("is what the variable says, if that can be one", () => {
        for (const empty of [undefined, "", "  "]) assert.equal(mirrorOf(empty), undefined);
        assert.deepEqual(mirrorOf("http://m.example/d"), { debian: "http://m.example/d" });
        const both = { debian: "http://m.example/d", security: "https://s.example/d" };
        assert.deepEqual(mirrorOf(" http://m.example/d  https://s.example/d "), both);
        assert.equal(sourceLines(both, "trixie")[2], "deb https://s.example/d trixie-security main");
        for (const wrong of ["m.example", "http://a http://b http://c", "http://a ftp://b"])
            assert.throws(() => mirrorOf(wrong), { code: "InvalidInput" }, wrong);
    });

    it("stands in no file of ours: where packages come from is the host's own choice", () => {
        // Put together here, so that this file does not find itself.
        const names = ["deb.deb" + "ian.org", "security.deb" + "ian.org", "registry.npm" + "js.org", "py" + "pi.org"];
        const tree = join(__dirname, "../..");
        const listed = execFileSync("git", ["ls-files", "-z"], { cwd: tree, encoding: "utf8" }).split("\0");
        const ours = listed.filter(
            (path) => /\.(ts|mjs|js|sh|py|yml|yaml|md)$/.test(path) && existsSync(join(tree, path)),
        );
        assert.ok(ours.length > 100);
        const found = ours.filter((path) => {
            const text = readFileSync(join(tree, path), "utf8");
            return names.some((name) => text.includes(name));
        });
        assert.deepEqual(found, []);
    });
});
