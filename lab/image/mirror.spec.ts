import { strict as assert } from "node:assert";
import { mirrorFrom, PUBLIC_MIRROR } from "./mirror";

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
        assert.equal(mirrorFrom([text], "bookworm").debian, "https://m.example/d");
    });

    it("is not another vendor's repository", () => {
        const vendor = "deb https://vendor.example/apt nodistro main\n";
        assert.deepEqual(mirrorFrom([vendor], "bookworm"), PUBLIC_MIRROR);
    });

    it("is not one that is switched off, nor one of files", () => {
        assert.deepEqual(
            mirrorFrom([`Enabled: no\n${DEB822.split("\n\n")[0]}`], "bookworm").debian,
            PUBLIC_MIRROR.debian,
        );
        assert.equal(mirrorFrom(["deb file:/media/dvd bookworm main"], "bookworm").debian, PUBLIC_MIRROR.debian);
    });
});
